//! Which sessions and tickets are stored, and which tokens are verified without being stored.

use secrecy::ExposeSecret;

use super::*;

fn code<T>(result: Result<T, Refusal>) -> i64 {
    result.err().map_or(0, |refusal| refusal.code)
}

#[test]
fn a_user_has_a_thousand_sessions_and_the_oldest_ends_when_there_is_one_more() {
    let now = UnixMillis::new(0);
    let mut sessions = Sessions::new(7, Lifetimes::default());
    let opened: Vec<NewToken> = (0..=SESSIONS_PER_USER).map(|_| sessions.open("alice", now)).collect();
    assert_eq!((sessions.sessions.len(), sessions.of_user["alice"].len()), (SESSIONS_PER_USER, SESSIONS_PER_USER));
    let access = |nth: usize| code(sessions.bearer(opened[nth].access_token.expose_secret(), now));
    assert_eq!((access(0), access(1)), (1004, 0));
    assert_eq!(code(sessions.session_of(opened[0].cookie.expose_secret(), now)), 1004);
}

#[test]
fn sessions_that_expired_or_ended_and_tickets_that_are_spent_are_forgotten() {
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
        assert_eq!((sessions.sessions.len(), sessions.of_user["alice"].len()), (1, 1));
    }
    for _ in 0..=SPENT_TICKETS {
        let ticket = sessions.issue_ticket("alice");
        sessions.spend_ticket(ticket.expose_secret()).expect("it is new");
        assert_eq!(code(sessions.spend_ticket(ticket.expose_secret())), 1004);
    }
    assert_eq!((sessions.tickets.len(), sessions.spent_tickets.len()), (0, SPENT_TICKETS));
}

#[test]
fn a_token_that_outlives_its_session_stays_good() {
    let lifetimes = Lifetimes { session: Duration::from_secs(60), ..Lifetimes::default() };
    let (now, later) = (UnixMillis::new(0), UnixMillis::new(61_000));
    let mut sessions = Sessions::new(7, lifetimes);
    let new = sessions.open("alice", now);
    sessions.open("alice", later);
    assert_eq!(code(sessions.bearer(new.access_token.expose_secret(), later)), 0);
    assert_eq!(code(sessions.session_of(new.cookie.expose_secret(), later)), 1002);
}

#[test]
fn nothing_that_is_signed_passes_for_something_else() {
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
        assert_eq!(code(sessions.session_of(wrong, now)), 1003);
    }
    for wrong in [token, cookie] {
        assert_eq!(code(sessions.embed_user(&format!("et_{wrong}"), now)), 1003);
    }
}
