/*
 * digest: the vectors of RFC 3174 and FIPS 180-2, in the spellings of WARC
 * fields
 */

#include "base/digest.h"

#include "tap.h"

static bool
same(const char *declared, const char *bytes)
{
	return digest_check(str_of(declared), str_of(bytes)) == DIGEST_SAME;
}

static bool
unknown(const char *declared)
{
	return digest_check(str_of(declared), str_of("abc")) == DIGEST_UNKNOWN;
}

int
main(void)
{
	char hex[DIGEST_SHA1_HEX];

	digest_sha1(hex, STR("abc"));
	ok(str_eq(str_of(hex), STR("a9993e364706816aba3e25717850c26c9cd0d89d")),
	    "SHA-1 of abc");
	digest_sha1(hex, (struct str){NULL, 0});
	ok(str_eq(str_of(hex), STR("da39a3ee5e6b4b0d3255bfef95601890afd80709")),
	    "SHA-1 of nothing");
	ok(same("sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5", "abc"), "base32");
	ok(same("SHA1:vgmt4nsha2awvor6evyxqugcnsonbwe5", "abc"), "any case");
	ok(same("sha-1:A9993E364706816ABA3E25717850C26C9CD0D89D", "abc"),
	    "hexadecimal");
	ok(same("md5: kaaqhcx7hfv5g4u7sqwrqkbefq======", "") ||
		same("md5:900150983cd24fb0d6963f7d28e17f72", "abc"),
	    "MD5");
	ok(same("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff"
		"61f20015ad",
	       "abc"),
	    "SHA-256");
	ok(!same("sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWE5", "abd"),
	    "other bytes differ");
	ok(!same("sha1:VGMT4NSHA2AWVOR6EVYXQUGCNSONBWEA", "abc"),
	    "another digest differs");
	ok(unknown("sha1") && unknown("") && unknown("crc32:00000000") &&
		unknown("sha1:abc"),
	    "what can't be checked is told from what differs");
	return tap_done();
}
