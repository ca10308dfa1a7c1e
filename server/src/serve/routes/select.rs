//! `POST /v1/select`.

use axum::extract::State;
use pairlane::Tag;
use pairlane::election::{ElectionError, Stakes, committee};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::serve::app::App;
use crate::serve::engine::Patience;
use crate::serve::items::Items;
use crate::serve::problem::{Kind, Problem, ProblemShape};
use crate::serve::wire::{HexBytes, Json};

/// A draw.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SelectRequest {
    /// The domain-separation tag, a text: one for each use of an output.
    #[schema(example = "MY-CHAIN-LEADER")]
    tag: String,
    /// A random output that nobody could choose, such as a VRF's.
    #[schema(value_type = String)]
    output: HexBytes,
    /// Who can be drawn, in the order that everybody agrees on.
    #[schema(value_type = Vec<Stake>)]
    stakes: Items<Stake>,
    /// How many different validators to draw; 1 if it is left out.
    seats: Option<usize>,
}

/// A validator's stake.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Stake {
    /// No two are equal.
    #[schema(example = "alice")]
    id: String,
    /// A whole number below 2^128, as a decimal string.
    #[schema(example = "70")]
    stake: String,
}

/// Who was drawn, in the order drawn.
#[derive(Serialize, ToSchema)]
pub(crate) struct SelectAnswer {
    /// One for each seat.
    selected: Vec<Selected>,
}

/// One validator.
#[derive(Serialize, ToSchema)]
pub(crate) struct Selected {
    /// The place in the list, from 0.
    position: usize,
    /// The identifier.
    id: String,
}

/// Select validators by stake
///
/// Each draw takes a validator with probability stake / total, without replacement.
#[utoipa::path(
    post,
    path = "/v1/select",
    request_body = SelectRequest,
    responses(
        (status = 200, description = "Drawn", body = SelectAnswer),
        (status = 400, description = "Malformed, or nobody to draw", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 413, description = "Too many validators", body = ProblemShape,
         content_type = "application/problem+json"),
        (status = 503, description = "Queue full", body = ProblemShape,
         content_type = "application/problem+json"),
    )
)]
pub(crate) async fn select(
    State(app): State<App>,
    Json(request): Json<SelectRequest>,
) -> Result<axum::Json<SelectAnswer>, Problem> {
    let most = app.limits.batch_items_max;
    if request.stakes.0.len() > most {
        let detail = format!("at most {most} validators are possible");
        return Err(Problem::new(Kind::TooLarge, detail).of_field("stakes"));
    }
    let drawn = app.engine.run(1, Patience::Bounded, move |_| draw(&request));
    Ok(axum::Json(drawn.await??))
}

fn draw(request: &SelectRequest) -> Result<SelectAnswer, Problem> {
    let malformed =
        |field: String| move |detail: String| Problem::new(Kind::Malformed, detail).of_field(field);
    let tag =
        Tag::new(&request.tag).map_err(|error| malformed("tag".to_owned())(error.to_string()))?;
    let amounts = request.stakes.0.iter().enumerate().map(|(place, entry)| {
        let amount: u128 = entry.stake.parse().map_err(|_| {
            malformed(format!("stakes[{place}].stake"))("not a whole number below 2^128".to_owned())
        })?;
        Ok((entry.id.as_str(), amount))
    });
    let amounts = amounts.collect::<Result<Vec<_>, Problem>>()?;
    let refused = |error: ElectionError| malformed("stakes".to_owned())(error.to_string());
    let mut stakes = Stakes::new(amounts).map_err(refused)?;
    let seats = request.seats.unwrap_or(1);
    let drawn = committee(&tag, &request.output.0, &mut stakes, seats).map_err(refused)?;
    let selected = drawn
        .positions
        .into_iter()
        .map(|position| Selected { position, id: request.stakes.0[position].id.clone() });
    Ok(SelectAnswer { selected: selected.collect() })
}
