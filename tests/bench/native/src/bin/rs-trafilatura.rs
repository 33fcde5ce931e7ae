//! The main text of pages, by rs-trafilatura; empty where it finds none.

use rs_trafilatura::{extract_with_options, Options};

fn main() {
    native::filter("text", |record| {
        let options = Options {
            url: record["url"].as_str().map(String::from),
            ..Options::default()
        };
        let page = extract_with_options(record["html"].as_str().unwrap_or(""), &options);
        Some(page.map_or(String::new(), |p| p.content_text))
    });
}
