//! Who may do what, tried from the outside.

mod cli_support;
mod serve_support;

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use serve_support::{Answer, Server, exchange};

/// A folder with a configuration and what it names.
struct Setup {
    folder: tempfile::TempDir,
}

impl Setup {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file for the owner alone.
    fn write(&self, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt;
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    fn configure(&self, text: &str) -> PathBuf {
        self.write("pairlane.toml", &text.replace("DIR", self.folder.path().to_str().unwrap()))
    }

    fn start(&self, text: &str) -> Server {
        let config = self.configure(text);
        let arguments = ["--threads", "1", "--config", config.to_str().unwrap()];
        Server::start(cli_support::binary(), &arguments, &[])
    }

    /// What the service says when it does not start.
    fn refused(&self, text: &str) -> String {
        let config = self.configure(text);
        let output = std::process::Command::new(cli_support::binary())
            .args(["serve", "--listen", "127.0.0.1:0", "--ops-listen", "127.0.0.1:0"])
            .args([Path::new("--config"), &config])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8(output.stderr).unwrap()
    }
}

/// A token of 256 bits.
fn token(digit: char) -> String {
    String::from(digit).repeat(64)
}

/// A request with what it says of itself.
fn call(
    server: &Server,
    method: &str,
    path: &str,
    authorization: Option<&str>,
) -> (Answer, String) {
    let authorization =
        authorization.map_or_else(String::new, |value| format!("authorization: {value}\r\n"));
    let body = if method == "POST" { example().to_string() } else { String::new() };
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{authorization}\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let text = exchange(&mut server.connect(), head.as_bytes());
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("{text:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let answer = Answer { status, content_type: String::new(), body: body.as_bytes().to_vec() };
    (answer, head.to_owned())
}

fn example() -> Value {
    let record = cli_support::valid();
    let text = |bytes: &[u8]| format!("0x{}", hex::encode(bytes));
    json!({
        "public_key": text(&record.public_key),
        "message": text(&record.message),
        "signature": text(&record.signature),
    })
}

/// What everybody may ask, whoever they are.
const OPEN: [&str; 3] = ["/v1/cpu", "/v1/limits", "/v1/openapi.json"];

/// Every path that the description names, and its method.
fn operations(server: &Server) -> Vec<(String, String)> {
    let description = server.get("/v1/openapi.json").json();
    let paths = description["paths"].as_object().unwrap();
    let named = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().unwrap().keys();
        methods.map(|method| (method.to_uppercase(), path.clone()))
    });
    named.collect()
}

/// No route forgets to ask: all that are described are tried by those who may do nothing.
#[test]
fn every_route_asks_who_calls() {
    let setup = Setup::new();
    setup.write("nobody.token", &token('a'));
    let server = setup.start(
        "[access]\nanonymous = []\n[[access.clients]]\nname = \"nobody\"\n\
         token_file = \"DIR/nobody.token\"\n",
    );
    assert!(server.greeting.contains("for the clients that are configured"), "{}", server.greeting);
    let bearer = format!("Bearer {}", token('a'));
    let mut closed = 0;
    for (method, path) in operations(&server) {
        let try_as = |authorization: Option<&str>| {
            let (answer, head) = call(&server, &method, &path, authorization);
            (answer.status, head.contains("www-authenticate: Bearer"))
        };
        let wrong = format!("Bearer {}", token('b'));
        assert_eq!(try_as(Some(&wrong)), (401, true), "{method} {path} with a wrong token");
        if OPEN.contains(&path.as_str()) {
            assert_eq!(try_as(None).0, 200, "{path}");
            continue;
        }
        closed += 1;
        assert_eq!(try_as(None), (401, true), "{method} {path} by nobody");
        assert_eq!(try_as(Some(&bearer)), (403, false), "{method} {path} by one who may nothing");
    }
    assert!(closed >= 6, "{closed}");
}

/// Credentials that are nobody's are refused even where anonymous callers are served.
#[test]
fn a_wrong_token_is_not_taken_for_none() {
    let setup = Setup::new();
    setup.write("a.token", &format!("{}\n", token('a')));
    let server = setup.start(
        "[[access.clients]]\nname = \"a\"\ntoken_file = \"DIR/a.token\"\nmay = [\"verify\"]\n\
         [[access.clients]]\nname = \"b\"\nmay = [\"verify\"]\n\
         token_sha256 = \"0x2a73e01d1c15cd6d93e01b4c7b9e3e8fd5ff7ad5d9d3c4ed3a6f5c3dcb2a1b00\"\n",
    );
    let status =
        |authorization: Option<&str>| call(&server, "POST", "/v1/verify", authorization).0.status;
    assert_eq!(status(None), 200);
    assert_eq!(status(Some(&format!("Bearer {}", token('a')))), 200);
    assert_eq!(status(Some(&format!("bearer {}", token('a')))), 200);
    let near = format!("{}b", &token('a')[1..]);
    for wrong in ["", "Bearer", "Bearer ", "Basic YTpi", &format!("Bearer {near}"), &token('a')] {
        assert_eq!(status(Some(wrong)), 401, "{wrong:?}");
    }
    let twice = format!("Bearer {0}\r\nauthorization: Bearer {0}", token('a'));
    assert_eq!(status(Some(&twice)), 401);
    let (answer, _) = call(&server, "POST", "/v1/verify", Some("Bearer x"));
    assert_eq!(answer.json()["code"], "unauthorized");
}

#[test]
fn clients_that_cannot_be_meant_are_refused() {
    use std::os::unix::fs::PermissionsExt;
    let setup = Setup::new();
    setup.write("a.token", &token('a'));
    setup.write("short.token", "abcd");
    let open = setup.write("open.token", &token('c'));
    std::fs::set_permissions(&open, std::fs::Permissions::from_mode(0o644)).unwrap();
    let client =
        |name: &str, rest: &str| format!("[[access.clients]]\nname = \"{name}\"\n{rest}\n");
    let a = "token_file = \"DIR/a.token\"";
    let check = |text: &str, words: &str| {
        let said = setup.refused(text);
        assert!(said.contains(words), "{words}: {said}");
    };
    check("[access]\nanonymous = [\"everything\"]\n", "everything");
    check(&client("a", "token_file = \"DIR/none.token\""), "none.token");
    check(&client("a", "token_file = \"DIR/short.token\""), "16 bits");
    check(&client("a", "token_file = \"DIR/open.token\""), "mode 0644");
    check(&client("a", ""), "exactly one of");
    check(&client("a", &format!("{a}\ntoken_sha256 = \"x\"")), "exactly one of");
    check(&client("a", "token_sha256 = \"0x00\""), "token_sha256: 1 bytes where 32");
    check(&client("anonymous", a), "without credentials");
    check(&client("a b", a), "letters, digits");
    check(&client("a", &format!("{a}\nmay = [\"sign\"]")), "go together");
    check(&client("a", &format!("{a}\nkeys = [\"*\"]")), "go together");
    check(&client("a", &format!("{a}\nmay = [\"sign\"]\nkeys = [\"0x00\"]")), "48 or 96 bytes");
    check(&(client("a", a) + &client("a", a)), "there is one of this name before");
    check(&(client("a", a) + &client("b", a)), "cannot be told apart");
}

/// Tokens come and go without a new start; a configuration that cannot be used changes nothing.
#[test]
fn who_may_call_is_read_again_on_hangup() {
    let setup = Setup::new();
    setup.write("a.token", &token('a'));
    setup.write("b.token", &token('b'));
    let client = |name: char| {
        format!(
            "[[access.clients]]\nname = \"{name}\"\ntoken_file = \"DIR/{name}.token\"\n\
             may = [\"verify\"]\n"
        )
    };
    let server = setup.start(&("[access]\nanonymous = []\n".to_owned() + &client('a')));
    let status = |digit: char| {
        let bearer = format!("Bearer {}", token(digit));
        call(&server, "POST", "/v1/verify", Some(&bearer)).0.status
    };
    let reload = |text: &str| {
        setup.configure(text);
        server.signal("-HUP");
        std::thread::sleep(std::time::Duration::from_millis(500));
    };
    assert_eq!((status('a'), status('b')), (200, 401));
    // The file of the token has another one, and there is one client more.
    setup.write("a.token", &token('c'));
    reload(&("[access]\nanonymous = []\n".to_owned() + &client('a') + &client('b')));
    assert_eq!((status('a'), status('b'), status('c')), (401, 200, 200));
    setup.write("a.token", "short");
    reload(&client('a'));
    reload("[access]\nanonymous = [\"verify\"\n");
    assert_eq!((status('a'), status('b'), status('c')), (401, 200, 200), "the old stay in force");
    assert_eq!(call(&server, "POST", "/v1/verify", None).0.status, 401);
    reload("threads = 7\n");
    assert_eq!((status('b'), call(&server, "POST", "/v1/verify", None).0.status), (401, 200));
}

/// Without a word in the configuration there is a limit, which everybody can see.
#[test]
fn there_is_a_rate_for_each_client_by_default() {
    let limits = Setup::new().start("").get("/v1/limits").json();
    assert_eq!(limits["requests_per_second_max"], 20_000);
}

/// More requests than a client may send are answered with when to come back; others are served.
#[test]
fn rates_are_of_each_client() {
    let setup = Setup::new();
    setup.write("a.token", &token('a'));
    let server = setup.start(
        "[limits]\nrequests_per_second_max = 1\nrequests_burst_max = 3\n\
         [[access.clients]]\nname = \"a\"\ntoken_file = \"DIR/a.token\"\nmay = [\"verify\"]\n",
    );
    let bearer = format!("Bearer {}", token('a'));
    let mut statuses = Vec::new();
    for _ in 0..8 {
        let (answer, head) = call(&server, "POST", "/v1/verify", Some(&bearer));
        if answer.status == 429 {
            assert!(head.contains("retry-after: "), "{head}");
            assert_eq!(answer.json()["code"], "too_many");
        }
        statuses.push(answer.status);
    }
    assert!(statuses.starts_with(&[200, 200, 200]) && statuses.contains(&429), "{statuses:?}");
    assert_eq!(call(&server, "POST", "/v1/verify", None).0.status, 200);
    assert_eq!(server.ops("/readyz").status, 200);
}

/// Connections that do nothing take no more than their places.
#[test]
fn connections_are_bounded() {
    let setup = Setup::new();
    let server = setup.start("[limits]\nconnections_max = 5\n");
    let idle: Vec<_> = (0..5).map(|_| server.connect()).collect();
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(exchange(&mut server.connect(), b""), "");
    assert_eq!(server.ops("/readyz").status, 200);
    drop(idle);
    std::thread::sleep(std::time::Duration::from_millis(300));
    assert_eq!(server.get("/v1/limits").status, 200);
}

mod tls {
    use super::{Setup, call_over, serve_support::Server};
    use rcgen::{CertificateParams, Issuer, KeyPair};
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
    use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
    use sha2::Digest;
    use std::sync::Arc;

    struct Authority {
        pem: String,
        issuer: Issuer<'static, KeyPair>,
    }

    impl Authority {
        fn new() -> Self {
            let mut params = CertificateParams::new(Vec::new()).unwrap();
            params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
            let key = KeyPair::generate().unwrap();
            let pem = params.self_signed(&key).unwrap().pem();
            Self { pem, issuer: Issuer::new(params, key) }
        }

        /// A certificate for a name, and its key.
        fn issue(&self, name: &str) -> (String, String) {
            let key = KeyPair::generate().unwrap();
            let params = CertificateParams::new(vec![name.to_owned()]).unwrap();
            (params.signed_by(&key, &self.issuer).unwrap().pem(), key.serialize_pem())
        }
    }

    fn name() -> ServerName<'static> {
        ServerName::try_from("localhost").unwrap()
    }

    /// A client that trusts an authority, and may have a certificate to show.
    fn trusting(root: &str, shown: Option<&(String, String)>) -> Arc<ClientConfig> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(root.as_bytes()).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots);
        let config = match shown {
            None => builder.with_no_client_auth(),
            Some((certificate, key)) => {
                let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
                let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
                builder.with_client_auth_cert(vec![certificate], key).unwrap()
            }
        };
        Arc::new(config)
    }

    /// The status of a request, or nothing where no request was possible.
    fn status(server: &Server, root: &str, shown: Option<&(String, String)>) -> Option<u16> {
        let connection = ClientConnection::new(trusting(root, shown), name()).unwrap();
        call_over(&mut StreamOwned::new(connection, server.connect()))
    }

    /// Who opens a connection and does not shake hands is let go; others are served meanwhile.
    #[test]
    fn a_handshake_has_a_deadline() {
        let setup = Setup::new();
        let authority = Authority::new();
        let (certificate, key) = authority.issue("localhost");
        setup.write("server.pem", &certificate);
        setup.write("server.key", &key);
        let server = setup.start(
            "[tls]\ncertificate = \"DIR/server.pem\"\nkey = \"DIR/server.key\"\n\
             handshake_ms_max = 300\n[limits]\nconnections_max = 5\n",
        );
        let begun = std::time::Instant::now();
        let mut silent: Vec<_> = (0..4).map(|_| server.connect()).collect();
        assert_eq!(status(&server, &authority.pem, None), Some(200));
        for stream in &mut silent {
            assert_eq!(super::exchange(stream, b""), "");
        }
        let took = begun.elapsed().as_millis();
        assert!((300..5_000).contains(&took), "{took} ms");
    }

    /// The second listener speaks TLS where that is asked for.
    #[test]
    fn the_second_listener_can_have_it_too() {
        let setup = Setup::new();
        let authority = Authority::new();
        let (certificate, key) = authority.issue("localhost");
        setup.write("server.pem", &certificate);
        setup.write("server.key", &key);
        let tls = "[tls]\ncertificate = \"DIR/server.pem\"\nkey = \"DIR/server.key\"\n";
        let server = setup.start(tls);
        assert_eq!(server.ops("/livez").status, 200, "plain without a word");
        let server = setup.start(&format!("{tls}ops = true\n"));
        assert!(
            server.greeting.contains("https://127.0.0.1") && !server.greeting.contains("http://")
        );
        let stream = std::net::TcpStream::connect(server.ops).unwrap();
        let connection = ClientConnection::new(trusting(&authority.pem, None), name()).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        std::io::Write::write_all(&mut stream, b"GET /livez HTTP/1.0\r\n\r\n").unwrap();
        let mut answer = String::new();
        let _ = std::io::Read::read_to_string(&mut stream, &mut answer);
        assert!(answer.ends_with("ok\n"), "{answer}");
        let mut plain = std::net::TcpStream::connect(server.ops).unwrap();
        let answer = super::exchange(&mut plain, b"GET /livez HTTP/1.0\r\n\r\n");
        assert!(!answer.contains("200"), "{answer}");
    }

    #[test]
    fn a_certificate_says_who_calls_and_can_be_changed_while_serving() {
        let setup = Setup::new();
        let (first, second, clients) = (Authority::new(), Authority::new(), Authority::new());
        let install = |(certificate, key): &(String, String)| {
            setup.write("server.pem", certificate);
            setup.write("server.key", key);
        };
        install(&first.issue("localhost"));
        setup.write("clients.pem", &clients.pem);
        let (by_hash, by_name, other) =
            (clients.issue("hash.example"), clients.issue("name.example"), clients.issue("x"));
        let der = CertificateDer::from_pem_slice(by_hash.0.as_bytes()).unwrap();
        let hash = hex::encode(sha2::Sha256::digest(&der));
        let server = setup.start(&format!(
            "[tls]\ncertificate = \"DIR/server.pem\"\nkey = \"DIR/server.key\"\n\
             client_ca = \"DIR/clients.pem\"\n[access]\nanonymous = []\n\
             [[access.clients]]\nname = \"h\"\ncertificate_sha256 = \"{hash}\"\nmay = [\"verify\"]\n\
             [[access.clients]]\nname = \"n\"\ncertificate_name = \"name.example\"\n\
             may = [\"verify\"]\n"
        ));
        assert!(server.greeting.contains("https://"), "{}", server.greeting);
        assert_eq!(status(&server, &first.pem, Some(&by_hash)), Some(200));
        assert_eq!(status(&server, &first.pem, Some(&by_name)), Some(200));
        assert_eq!(status(&server, &first.pem, Some(&other)), Some(401), "nobody's");
        assert_eq!(status(&server, &first.pem, None), None, "without a certificate");
        let stranger = second.issue("name.example");
        assert_eq!(status(&server, &first.pem, Some(&stranger)), None, "of another authority");

        let reload = || {
            server.signal("-HUP");
            std::thread::sleep(std::time::Duration::from_millis(500));
        };
        setup.write("server.pem", "broken");
        reload();
        assert_eq!(status(&server, &first.pem, Some(&by_hash)), Some(200), "the old one stays");
        install(&second.issue("localhost"));
        reload();
        assert_eq!(status(&server, &second.pem, Some(&by_hash)), Some(200), "the new one");
        assert_eq!(status(&server, &first.pem, Some(&by_hash)), None, "the old one is gone");
        setup.configure("[tls]\ncertificate = \"DIR/server.pem\"\nkey = \"DIR/server.key\"\n");
        reload();
        assert_eq!(status(&server, &second.pem, None), None, "a setting waits for a new start");
    }
}

/// Verifies over a stream of any kind.
fn call_over(stream: &mut (impl std::io::Read + std::io::Write)) -> Option<u16> {
    let body = example().to_string();
    let request = format!(
        "POST /v1/verify HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(request.as_bytes()).ok()?;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let text = String::from_utf8(answer).ok()?;
    text.split(' ').nth(1)?.parse().ok()
}
