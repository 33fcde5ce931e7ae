//! The main text of pages, by dom_smoothie; empty where it finds none.

use dom_smoothie::Readability;

fn main() {
    native::filter("text", |record| {
        let html = record["html"].as_str().unwrap_or("");
        let article = Readability::new(html, record["url"].as_str(), None)
            .and_then(|mut page| page.parse());
        Some(article.map_or(String::new(), |a| a.text_content.to_string()))
    });
}
