//! Floor 8, the door of the offline verifier: the audit's own verification for Node, in a wasm of its own that the browser never loads.

use crate::audit::Verifier;
use crate::keys::Keyring;
use wasm_bindgen::prelude::*;

/// Reads an export piece by piece.
#[wasm_bindgen]
#[derive(Debug)]
pub struct ExportVerifier {
    verifier: Option<Verifier>,
}

#[wasm_bindgen]
impl ExportVerifier {
    /// A verifier that trusts the keys of a JWK or a JWKS.
    #[wasm_bindgen(constructor)]
    pub fn new(keys: &str) -> Result<Self, JsError> {
        let ring = Keyring::read(keys)?;
        Ok(Self { verifier: Some(Verifier::new(ring)) })
    }

    /// Reads the next piece of the file.
    pub fn push(&mut self, bytes: &[u8]) {
        if let Some(verifier) = &mut self.verifier {
            verifier.push(bytes);
        }
    }

    /// The verdict as JSON, once.
    pub fn finish(&mut self) -> Result<String, JsError> {
        let verifier = self.verifier.take().ok_or_else(|| JsError::new("the verifier has finished already"))?;
        Ok(serde_json::to_string(&verifier.finish())?)
    }
}
