//! What the filters here have in common: records in, records out.

use serde_json::{json, Value};
use std::io::{self, BufRead, BufWriter, Write};

/// Calls `work` with each record of standard input; its result, if it has one,
/// goes out under the record's id.
pub fn filter(member: &str, mut work: impl FnMut(&Value) -> Option<String>) {
    let mut out = BufWriter::new(io::stdout().lock());
    for line in io::stdin().lock().lines() {
        let record: Value = serde_json::from_str(&line.unwrap()).unwrap();
        if let Some(value) = work(&record) {
            writeln!(out, "{}", json!({"id": record["id"], member: value})).unwrap();
        }
    }
    out.flush().unwrap();
}
