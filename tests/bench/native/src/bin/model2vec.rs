//! Vectors of texts by the model2vec folder MODEL, which nothing writes: the last
//! one's first number is printed, so that all are made.

use model2vec_rs::model::StaticModel;

fn main() {
    let folder = std::env::args().nth(1).expect("usage: model2vec MODEL <records");
    let model = StaticModel::from_pretrained(folder, None, None, None).unwrap();
    let mut texts = Vec::new();
    native::filter("text", |record| {
        texts.push(record["text"].as_str().unwrap_or("").to_string());
        None
    });
    let vectors = model.encode(&texts);
    println!("{}", vectors.last().map_or(0.0, |v| v[0]));
}
