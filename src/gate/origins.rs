//! Which pages of other origins may call the gate: a list of exact origins, and what a browser is told.

/// The headers that such a page may send.
const SENT: &str = "authorization, content-type, idempotency-key, if-match, if-none-match, postgate-user, x-request-id";
/// The headers that it may read beside those that every page may.
const READ: &str = "allow, etag, idempotent-replayed, ratelimit, ratelimit-policy, retry-after, www-authenticate, x-request-id";
/// How long a browser may remember the answer to its question, in seconds.
const REMEMBERED: &str = "600";

/// The allow-list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origins(Vec<String>);

impl Origins {
    /// Reads origins, separated by commas; the error is the one that is none.
    pub fn read(text: &str) -> Result<Self, String> {
        let origins: Vec<String> = text.split(',').map(|origin| origin.trim().to_owned()).filter(|origin| !origin.is_empty()).collect();
        match origins.iter().find(|origin| !is_origin(origin)) {
            None => Ok(Self(origins)),
            Some(wrong) => Err(wrong.chars().take(100).collect()),
        }
    }

    /// Whether a page of this origin may call, byte for byte.
    pub fn allow(&self, origin: &str) -> bool {
        self.0.iter().any(|known| known == origin)
    }

    /// What the reply to a request from a page of `origin` says to its browser.
    pub fn headers(&self, origin: Option<&str>) -> Vec<(&'static str, String)> {
        let mut headers = Vec::new();
        if !self.0.is_empty() {
            headers.push(("vary", "origin".to_owned()));
        }
        if let Some(origin) = origin.filter(|origin| self.allow(origin)) {
            headers.push(("access-control-allow-origin", origin.to_owned()));
            headers.push(("access-control-expose-headers", READ.to_owned()));
        }
        headers
    }

    /// What a browser that asks beforehand is told as well: the methods of the path, and the headers.
    pub fn preflight(&self, origin: Option<&str>, methods: &str) -> Vec<(&'static str, String)> {
        if !origin.is_some_and(|origin| self.allow(origin)) {
            return Vec::new();
        }
        vec![
            ("access-control-allow-methods", methods.to_owned()),
            ("access-control-allow-headers", SENT.to_owned()),
            ("access-control-max-age", REMEMBERED.to_owned()),
        ]
    }
}

/// A scheme and a host as a browser writes them: lower case, a port only where it is not the scheme's own, nothing behind.
fn is_origin(text: &str) -> bool {
    let Some((scheme, authority)) = text.split_once("://") else { return false };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (authority, None),
    };
    let own_port = match scheme {
        "https" => "443",
        "http" => "80",
        _ => return false,
    };
    let is_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_');
    let is_address = host.starts_with('[')
        && host.ends_with(']')
        && host.bytes().all(|byte| byte.is_ascii_hexdigit() || matches!(byte, b'[' | b':' | b']'));
    let is_host = !host.is_empty() && (host.bytes().all(is_name) || is_address);
    let is_port = port.is_none_or(|port| port != own_port && !port.starts_with('0') && port.parse::<u16>().is_ok());
    is_host && is_port
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_read_exactly() {
        let origins = Origins::read("https://app.example.com, http://localhost:3000,http://[::1]:8080").unwrap();
        for origin in ["https://app.example.com", "http://localhost:3000", "http://[::1]:8080"] {
            assert!(origins.allow(origin), "{origin}");
        }
        for origin in
            ["https://app.example.com.evil.example", "https://APP.example.com", "http://app.example.com", "http://localhost", "null", ""]
        {
            assert!(!origins.allow(origin), "{origin}");
        }
        assert_eq!(Origins::read(""), Ok(Origins::default()));
    }

    #[test]
    fn what_is_no_origin_is_named() {
        for wrong in [
            "*",
            "null",
            "app.example.com",
            "https://a.example/",
            "https://A.example",
            "https://a.example:443",
            "http://a:080",
            "https://",
            "ftp://a",
            "https://*.example.com",
            "https://u@a",
        ] {
            assert_eq!(Origins::read(&format!("https://ok.example,{wrong}")), Err(wrong.to_owned()));
        }
    }

    #[test]
    fn a_browser_is_told_nothing_about_a_page_that_is_not_listed() {
        let origins = Origins::read("https://app.example").unwrap();
        assert_eq!(origins.headers(Some("https://evil.example")), [("vary", "origin".to_owned())]);
        assert_eq!(origins.preflight(Some("https://evil.example"), "POST"), []);
        assert_eq!(origins.headers(Some("https://app.example"))[1], ("access-control-allow-origin", "https://app.example".to_owned()));
        assert_eq!(origins.preflight(Some("https://app.example"), "GET, POST")[0].1, "GET, POST");
        assert_eq!(Origins::default().headers(Some("https://app.example")), []);
    }
}
