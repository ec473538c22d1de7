package io.holdfast.security;

import io.holdfast.broker.Authentication.Accepted;
import io.holdfast.broker.Authentication.Begin;
import io.holdfast.broker.Authentication.Step;
import io.holdfast.mqtt.Utf8;

/**
 * Looks a user name and a password up in the file of users.
 *
 * @param isLast whether it refuses users that it does not know, too, and takes as long for them as for others
 */
record PasswordCheck(Users users, boolean isLast) implements Check {
    @Override
    public Kind kind() {
        return Kind.WORK;
    }

    @Override
    public Step judge(Begin begin) {
        if (begin.userName() == null || begin.password() == null) {
            return null;
        }
        String user = SaslPrep.prepare(begin.userName());
        if (!isLast && (user == null || !users.contains(user))) {
            return null;
        }
        String text = Utf8.decode(begin.password());
        String prepared = text == null ? null : SaslPrep.prepare(text);
        boolean right = users.isPassword(user == null ? "" : user, begin.password(),
                prepared == null ? "\0" : prepared);
        return right ? new Accepted(user, null) : Scram.WRONG;
    }
}
