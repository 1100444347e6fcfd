//! The scales of the documentation.

use venue_book::BookSettings;

use crate::support::Machine;

#[test]
fn the_scale_of_the_example_grows_with_the_data() {
    let mut machine = Machine::subscribed(BookSettings::new());
    machine.snapshot("! 1 b42000.1:1");
    let price = |machine: &Machine| machine.state.last_known().best_bid().expect("a bid").price;
    assert_eq!((price(&machine).mantissa(), price(&machine).scale()), (420_001, 1));
    machine.update("+ 2-2 b41000.15:1");
    assert_eq!((price(&machine).mantissa(), price(&machine).scale()), (4_200_010, 2));
}
