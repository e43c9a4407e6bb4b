//! A small web server on this machine, that can fail in every way.

use rcgen::{CertifiedKey, KeyPair, generate_simple_self_signed};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// Answers a request: its head (`GET /path HTTP/1.1` and headers), how many came before, and where the answer goes.
pub type Handler = dyn Fn(&str, usize, &mut dyn Write) + Send + Sync;

/// A server; its thread ends with the process.
pub struct Server {
    pub port: u16,
    /// The certificate as PEM, for `--ca-file`.
    pub certificate: Option<String>,
}

impl Server {
    pub fn http(handler: Box<Handler>) -> Server {
        Server { port: listen(None, handler), certificate: None }
    }

    pub fn https(handler: Box<Handler>) -> Server {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["127.0.0.1".to_owned(), "localhost".to_owned()]).unwrap();
        let key = |pair: &KeyPair| PrivateKeyDer::from(PrivatePkcs8KeyDer::from(pair.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key(&signing_key))
            .unwrap();
        Server { port: listen(Some(Arc::new(config)), handler), certificate: Some(cert.pem()) }
    }

    pub fn url(&self, path: &str) -> String {
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        format!("{scheme}://127.0.0.1:{}{path}", self.port)
    }
}

fn listen(tls: Option<Arc<rustls::ServerConfig>>, handler: Box<Handler>) -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let handler: Arc<Handler> = handler.into();
    std::thread::spawn(move || {
        for (count, stream) in listener.incoming().flatten().enumerate() {
            let (tls, handler) = (tls.clone(), handler.clone());
            std::thread::spawn(move || serve(stream, tls, count, &*handler));
        }
    });
    port
}

/// A client that goes away is no failure of the server.
fn serve(stream: TcpStream, tls: Option<Arc<rustls::ServerConfig>>, count: usize, handler: &Handler) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    match tls {
        None => answer(stream, count, handler),
        Some(config) => {
            let connection = rustls::ServerConnection::new(config).unwrap();
            answer(rustls::StreamOwned::new(connection, stream), count, handler);
        }
    }
}

fn answer(mut stream: impl Read + Write, count: usize, handler: &Handler) {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    handler(&String::from_utf8_lossy(&head), count, &mut stream);
    let _ = stream.flush();
}

/// A whole answer.
pub fn respond(out: &mut dyn Write, status: &str, headers: &str, body: &str) {
    let length = body.len();
    let _ = write!(out, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n{headers}\r\n{body}");
}
