/* The call getpriority(MARKER_WHICH, MARKER_WHO) says that main() begins. */

#ifndef MARKER_H
#define MARKER_H

enum { MARKER_WHICH = 77, MARKER_WHO = 4242 };

#endif
