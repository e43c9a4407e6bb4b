//! Fetching a list over HTTPS: the only file of the program that opens a socket.

use reqwest::blocking::{Client, Response};
use reqwest::header::{CONTENT_LENGTH, ETAG, HeaderMap, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, RETRY_AFTER};
use reqwest::redirect::{Attempt, Policy};
use reqwest::{Certificate, StatusCode, Url};
use sha2::{Digest, Sha256};
use std::error::Error;
use std::io::Read;
use std::time::{Duration, Instant};

/// The longest list that is taken, in bytes. The largest public ones (cloud providers) have a tenth of it.
pub const MAX_BYTES: u64 = 32 << 20;
/// How many redirects are followed.
const MAX_REDIRECTS: usize = 5;
/// How long a connection may take to come about.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// How long the first wait before a further attempt is; each next one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The longest wait that a server may ask for with `Retry-After`.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What is asked for.
#[derive(Debug, Clone, Default)]
pub struct Request<'a> {
    /// An `https` address; `http` only to this machine itself.
    pub url: &'a str,
    /// The `ETag` of the answer before.
    pub etag: Option<&'a str>,
    /// The `Last-Modified` of the answer before.
    pub last_modified: Option<&'a str>,
    /// Certificates (PEM) that alone are trusted, instead of the public authorities that are compiled in.
    pub authorities: Option<&'a [u8]>,
    /// How long all of it may take, waits and further attempts included.
    pub timeout: Duration,
    /// How many further attempts follow one that was answered with 429 or 5xx.
    pub retries: u32,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The list is the same as before (304).
    Unchanged,
    /// The whole list.
    List(Document),
}

/// A list with what is needed to ask for it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Every byte that the server announced.
    pub bytes: Vec<u8>,
    /// The `ETag`, if there is one.
    pub etag: Option<String>,
    /// The `Last-Modified`, if there is one.
    pub last_modified: Option<String>,
}

/// Fetches a list. `progress` is told how many bytes came, and of how many, where the server says so. A proxy is taken
/// from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`.
///
/// # Errors
/// Anything but a complete answer with status 200 or 304, as a sentence.
pub fn fetch(request: &Request<'_>, progress: &mut dyn FnMut(u64, Option<u64>)) -> Result<Answer, String> {
    let url = checked_url(request.url)?;
    let client = client(request)?;
    let deadline = Instant::now() + request.timeout;
    let mut wait = FIRST_WAIT;
    for attempt in 0.. {
        let response = send(&client, &url, request, deadline)?;
        let status = response.status();
        let again = status == StatusCode::TOO_MANY_REQUESTS || status.is_server_error();
        if !again || attempt >= request.retries {
            return answer(response, deadline, progress);
        }
        let pause = asked_wait(response.headers()).unwrap_or(wait);
        if Instant::now() + pause >= deadline {
            return Err(format!("the server answered {status}, and there is no time for a further attempt"));
        }
        std::thread::sleep(pause);
        wait *= 2;
    }
    Err("no attempt was made".to_owned())
}

/// The SHA-256 of some bytes, as 64 hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn checked_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("`{text}` is not a web address: {error}"))?;
    if !is_allowed(&url) {
        return Err(format!("`{text}` is not an https address (http is taken from this machine itself only)"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(
            "the web address holds a user name or a password, which would be written into the catalogue".to_owned()
        );
    }
    Ok(url)
}

/// `https`, or `http` that never leaves the machine.
fn is_allowed(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => url.host_str().is_some_and(is_loopback),
        _ => false,
    }
}

fn is_loopback(host: &str) -> bool {
    let address: Result<std::net::IpAddr, _> = host.trim_matches(['[', ']']).parse();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn client(request: &Request<'_>) -> Result<Client, String> {
    // Another part of the process may have chosen a provider before; either will do.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = Client::builder()
        .user_agent(concat!("fwproof/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_TIMEOUT.min(request.timeout))
        .timeout(request.timeout)
        .redirect(Policy::custom(follow))
        .tls_certs_only(authorities(request.authorities)?);
    builder.build().map_err(|error| format!("TLS cannot be set up: {}", chain(&error)))
}

fn authorities(own: Option<&[u8]>) -> Result<Vec<Certificate>, String> {
    let Some(pem) = own else {
        let bundled = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
        return bundled.map(|der| Certificate::from_der(der).map_err(|error| chain(&error))).collect();
    };
    match Certificate::from_pem_bundle(pem) {
        Ok(own) if !own.is_empty() => Ok(own),
        Ok(_) => Err("the file of authorities holds no certificate in PEM form".to_owned()),
        Err(error) => Err(format!("the file of authorities is not usable: {}", chain(&error))),
    }
}

/// Redirects are bounded, and none leads from `https` to `http`.
fn follow(attempt: Attempt<'_>) -> reqwest::redirect::Action {
    let from_https = attempt.previous().iter().any(|url| url.scheme() == "https");
    if attempt.previous().len() > MAX_REDIRECTS {
        return attempt.error(format!("more than {MAX_REDIRECTS} redirects"));
    }
    if !is_allowed(attempt.url()) || from_https && attempt.url().scheme() != "https" {
        let to = attempt.url().to_string();
        return attempt.error(format!("a redirect leads to `{to}`, which is not https"));
    }
    attempt.follow()
}

fn send(client: &Client, url: &Url, request: &Request<'_>, deadline: Instant) -> Result<Response, String> {
    let mut call = client.get(url.clone()).timeout(deadline.saturating_duration_since(Instant::now()));
    for (name, value) in [(IF_NONE_MATCH, request.etag), (IF_MODIFIED_SINCE, request.last_modified)] {
        if let Some(value) = value {
            call = call.header(name, value);
        }
    }
    call.send().map_err(|error| format!("the list cannot be fetched: {}", chain(&error)))
}

/// The seconds of `Retry-After`; its other form, a date, is not asked of clients that come back once or twice.
fn asked_wait(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds).min(LONGEST_WAIT))
}

fn answer(response: Response, deadline: Instant, progress: &mut dyn FnMut(u64, Option<u64>)) -> Result<Answer, String> {
    match response.status() {
        StatusCode::NOT_MODIFIED => return Ok(Answer::Unchanged),
        StatusCode::OK => {}
        status => return Err(format!("the server answered {status}")),
    }
    let text = |name| response.headers().get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let (etag, last_modified) = (text(ETAG), text(LAST_MODIFIED));
    let length = text(CONTENT_LENGTH).and_then(|length| length.parse().ok());
    let bytes = body(response, length, deadline, progress)?;
    Ok(Answer::List(Document { bytes, etag, last_modified }))
}

/// The body, piece by piece: a server that sends a byte now and then is left at the deadline.
fn body(
    mut response: Response,
    length: Option<u64>,
    deadline: Instant,
    progress: &mut dyn FnMut(u64, Option<u64>),
) -> Result<Vec<u8>, String> {
    let too_long = || format!("the list is longer than {} MiB", MAX_BYTES >> 20);
    if length.is_some_and(|length| length > MAX_BYTES) {
        return Err(too_long());
    }
    let (mut bytes, mut piece) = (Vec::new(), vec![0; 64 << 10]);
    loop {
        let read = response.read(&mut piece).map_err(|error| format!("the list breaks off: {}", chain(&error)))?;
        bytes.extend(piece.iter().take(read));
        progress(bytes.len() as u64, length);
        if read == 0 {
            return if bytes.is_empty() { Err("the server sent an empty list".to_owned()) } else { Ok(bytes) };
        }
        if bytes.len() as u64 > MAX_BYTES {
            return Err(too_long());
        }
        if Instant::now() >= deadline {
            return Err("the list takes too long to arrive".to_owned());
        }
    }
}

/// An error with what it comes from: the outermost words alone say only that something failed.
fn chain(error: &dyn Error) -> String {
    let mut parts: Vec<String> = vec![error.to_string()];
    let mut next = error.source();
    while let Some(error) = next {
        let text = error.to_string();
        if !parts.iter().any(|part| part.contains(&text)) {
            parts.push(text);
        }
        next = error.source();
    }
    parts.join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_this_machine_are_asked() {
        for (url, allowed) in [
            ("https://example.com/a", true),
            ("http://127.0.0.1:80/a", true),
            ("http://[::1]/a", true),
            ("http://localhost/a", true),
            ("http://example.com/a", false),
            ("http://127.0.0.1.example.com/a", false),
            ("ftp://example.com/a", false),
            ("file:///etc/passwd", false),
            ("example.com", false),
            ("https://user:secret@example.com/", false),
        ] {
            assert_eq!(checked_url(url).is_ok(), allowed, "{url}");
        }
    }

    #[test]
    fn hashes_are_those_of_fips_180() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!((sha256(b"").as_str(), sha256(b"abc").as_str()), (empty, abc));
    }

    #[test]
    fn certificates_must_be_there() {
        assert!(authorities(None).unwrap().len() > 50);
        assert!(authorities(Some(b"no certificate")).is_err());
    }
}
