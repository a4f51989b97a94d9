package dev.presence.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class QueryTest {
    @Test
    void idsAreSplitBeforeTheyAreDecoded() {
        assertThat(Query.of("ids=a%2Cb,c").ids(2)).containsExactly("a,b", "c");
        assertThat(Query.of("ids=a%26ids%3Db").ids(2)).containsExactly("a&ids=b");
        assertThat(Query.of("ids=%252C").ids(2)).containsExactly("%2C");
    }

    @Test
    void plusStandsForItself() {
        assertThat(Query.of("ids=a+b").ids(1)).containsExactly("a+b");
    }

    @Test
    void valueMayHoldAnEqualsSign() {
        assertThat(Query.of("ids=a=b").ids(1)).containsExactly("a=b");
    }

    @Test
    void namesAreTakenWhole() {
        Query query = Query.of("idsx=1&xids=2&IDS=3&&=&ids=4");
        assertThat(query.ids(9)).containsExactly("4");
        assertThat(query.value("session")).isEmpty();
    }

    @Test
    void anEmptyValueAddsNobody() {
        assertThat(Query.of("ids").ids(1)).isEmpty();
        assertThat(Query.of("ids=&ids=a&ids=").ids(1)).containsExactly("a");
    }

    @Test
    void noQueryHasNoValues() {
        assertThat(Query.of(null).value("session")).isEmpty();
        assertThat(Query.of("").flag("all")).isFalse();
        assertThatThrownBy(() -> Query.of(null).ids(1)).isInstanceOf(Problem.class);
    }

    @Test
    void maximumIsCountedOverAllValues() {
        assertThat(Query.of("ids=a,b&ids=c").ids(3)).hasSize(3);
        assertThatThrownBy(() -> Query.of("ids=a,b&ids=c").ids(2))
                .isInstanceOf(Problem.class)
                .hasMessage("at most 2 ids can be asked at once");
    }

    @Test
    void charactersBeyondAsciiMustBeEncoded() {
        assertThat(Query.of("ids=\u007f").ids(1)).containsExactly("\u007f");
        assertThatThrownBy(() -> Query.of("ids=\u0080").ids(1)).isInstanceOf(Problem.class);
        assertThatThrownBy(() -> Query.of("session=é").value("session")).isInstanceOf(Problem.class);
    }

    @Test
    void digitsOfOtherScriptsAreNoHexadecimalDigits() {
        assertThatThrownBy(() -> Query.of("ids=%\uFF11\uFF11").ids(1)).isInstanceOf(Problem.class);
    }
}
