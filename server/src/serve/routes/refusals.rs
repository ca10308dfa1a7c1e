//! Answers that layers give, so that no route has to say them of itself.

use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::{ContentBuilder, Ref, RefOr, ResponseBuilder};
use utoipa_axum::router::OpenApiRouter;

use crate::serve::app::App;

/// A status, and what it means.
type Answer = (&'static str, &'static str);

/// What every request may be answered: credentials that nobody knows, too many requests.
pub(super) const ALL: [Answer; 2] =
    [("401", "Credentials are missing or nobody's"), ("429", "Too many requests; see Retry-After")];

/// What a request may be answered whose path asks for a permission.
pub(super) const CLOSED: [Answer; 1] = [("403", "Not allowed for this client")];

/// What a request may be answered that has a body.
pub(super) const READING: [Answer; 3] =
    [("408", "Body too slow"), ("413", "Too many bytes"), ("415", "Not application/json")];

/// Adds answers to the description of every route that does not say more itself.
pub(super) fn described(routes: OpenApiRouter<App>, answers: &[Answer]) -> OpenApiRouter<App> {
    described_where(routes, answers, |_| true)
}

/// The same for some routes.
pub(super) fn described_where(
    mut routes: OpenApiRouter<App>,
    answers: &[Answer],
    wanted: impl Fn(&Operation) -> bool,
) -> OpenApiRouter<App> {
    for path in routes.get_openapi_mut().paths.paths.values_mut() {
        for operation in operations(path).filter(|operation| wanted(operation)) {
            for (status, meaning) in answers {
                let response = || {
                    let problem = Ref::from_schema_name("Problem");
                    let content = ContentBuilder::new().schema(Some(problem)).build();
                    let response = ResponseBuilder::new().description(*meaning);
                    RefOr::T(response.content("application/problem+json", content).build())
                };
                let responses = &mut operation.responses.responses;
                responses.entry((*status).to_owned()).or_insert_with(response);
            }
        }
    }
    routes
}

fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem { get, put, post, delete, patch, .. } = path;
    [get, put, post, delete, patch].into_iter().flatten()
}
