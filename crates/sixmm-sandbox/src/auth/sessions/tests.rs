//! Tests of how long sessions and tickets are stored, and of tokens that are verified without being stored.

use secrecy::ExposeSecret;

use super::*;

fn code<T>(result: Result<T, ApiError>) -> i64 {
    result.err().map_or(0, |error| error.code)
}

#[test]
fn a_login_beyond_a_thousand_sessions_ends_the_oldest_session() {
    let now = UnixMillis::new(0);
    let mut sessions = Sessions::new(7, Lifetimes::default());
    let opened: Vec<IssuedToken> = (0..=SESSIONS_PER_USER).map(|_| sessions.open("alice", now)).collect();
    assert_eq!((sessions.sessions.len(), sessions.by_user["alice"].len()), (SESSIONS_PER_USER, SESSIONS_PER_USER));
    let access = |nth: usize| code(sessions.bearer(opened[nth].access_token.expose_secret(), now));
    assert_eq!((access(0), access(1)), (1004, 0));
    assert_eq!(code(sessions.session_for_cookie(opened[0].cookie.expose_secret(), now)), 1004);
}

#[test]
fn expired_sessions_ended_sessions_and_redeemed_tickets_are_removed() {
    let mut sessions = Sessions::new(7, Lifetimes::default());
    let week = millis(Lifetimes::default().session);
    for turn in 0..5 {
        let now = UnixMillis::new(turn * week);
        let new = sessions.open("alice", now);
        let bearer = sessions.bearer(new.access_token.expose_secret(), now).expect("it is new");
        let replaced = sessions.refresh(new.cookie.expose_secret(), now).expect("it is new");
        assert_eq!(code(sessions.refresh(new.cookie.expose_secret(), now)), 1004, "it was replaced");
        sessions.open("alice", now);
        sessions.log_out(&bearer, replaced.cookie.expose_secret(), now).expect("both are of this session");
        assert_eq!(code(sessions.refresh(replaced.cookie.expose_secret(), now)), 1004, "the session was ended");
        assert_eq!(code(sessions.refresh(replaced.cookie.expose_secret(), now.plus(week))), 1002, "and has expired by then");
        assert_eq!((sessions.sessions.len(), sessions.by_user["alice"].len()), (1, 1));
    }
    for _ in 0..=REDEEMED_TICKETS {
        let ticket = sessions.issue_ticket("alice");
        sessions.redeem_ticket(ticket.expose_secret()).expect("it is new");
        assert_eq!(code(sessions.redeem_ticket(ticket.expose_secret())), 1004);
    }
    assert_eq!((sessions.tickets.len(), sessions.redeemed_tickets.len()), (0, REDEEMED_TICKETS));
}

#[test]
fn a_token_that_expires_after_its_session_stays_valid() {
    let lifetimes = Lifetimes { session: Duration::from_secs(60), ..Lifetimes::default() };
    let (now, later) = (UnixMillis::new(0), UnixMillis::new(61_000));
    let mut sessions = Sessions::new(7, lifetimes);
    let new = sessions.open("alice", now);
    sessions.open("alice", later);
    assert_eq!(code(sessions.bearer(new.access_token.expose_secret(), later)), 0);
    assert_eq!(code(sessions.session_for_cookie(new.cookie.expose_secret(), later)), 1002);
}

#[test]
fn tokens_cookies_and_embed_tokens_are_not_interchangeable() {
    let now = UnixMillis::new(0);
    let mut sessions = Sessions::new(7, Lifetimes::default());
    let new = sessions.open("alice", now);
    let embed = sessions.issue_embed_token("alice", now);
    let (token, cookie, embed) = (new.access_token.expose_secret(), new.cookie.expose_secret(), embed.expose_secret());
    let unsigned = embed.strip_prefix("et_").expect("an embed token begins with `et_`");
    for wrong in [cookie, unsigned] {
        assert_eq!(code(sessions.bearer(wrong, now)), 1003);
    }
    for wrong in [token, unsigned] {
        assert_eq!(code(sessions.session_for_cookie(wrong, now)), 1003);
    }
    for wrong in [token, cookie] {
        assert_eq!(code(sessions.verify_embed_token(&format!("et_{wrong}"), now)), 1003);
    }
}
