import Postgres

extension Migration {
    static let ladder = Migration(
        "2026-11-22T1620 ladder",
        """
        -- How an unanswered urgent message is passed on in a home; without a row, as the product has it.
        CREATE TABLE messages.ladder_policy (
            tenant_id uuid NOT NULL,
            home_id uuid NOT NULL,
            step_minutes smallint NOT NULL CHECK (step_minutes BETWEEN 1 AND 120),
            shift_steps smallint NOT NULL CHECK (shift_steps BETWEEN 0 AND 5),
            repeat_minutes smallint NOT NULL CHECK (repeat_minutes BETWEEN 1 AND 240),
            repeats smallint NOT NULL CHECK (repeats BETWEEN 0 AND 48),
            changed_by uuid NOT NULL,
            changed_at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, home_id),
            FOREIGN KEY (tenant_id, home_id) REFERENCES accounts.home (tenant_id, id),
            FOREIGN KEY (tenant_id, changed_by) REFERENCES people.person (tenant_id, id)
        );
        SELECT app.protect('messages.ladder_policy', 'SELECT, INSERT, UPDATE');

        -- A row for each time a message was passed on. Its number is what makes it happen once.
        CREATE TABLE messages.ladder_step (
            tenant_id uuid NOT NULL,
            message_id uuid NOT NULL,
            number integer NOT NULL CHECK (number > 0),
            rung text NOT NULL CHECK (rung IN ('shift', 'on_call', 'in_charge', 'members')),
            at timestamptz NOT NULL,
            PRIMARY KEY (tenant_id, message_id, number),
            FOREIGN KEY (tenant_id, message_id) REFERENCES messages.message (tenant_id, id)
        );
        SELECT app.protect('messages.ladder_step', 'SELECT, INSERT');

        CREATE TABLE messages.ladder_asked (
            tenant_id uuid NOT NULL,
            message_id uuid NOT NULL,
            number integer NOT NULL,
            person_id uuid NOT NULL,
            PRIMARY KEY (tenant_id, message_id, number, person_id),
            FOREIGN KEY (tenant_id, message_id, number)
                REFERENCES messages.ladder_step (tenant_id, message_id, number),
            FOREIGN KEY (tenant_id, person_id) REFERENCES people.person (tenant_id, id)
        );
        CREATE INDEX ladder_asked_person ON messages.ladder_asked (tenant_id, person_id, message_id);
        SELECT app.protect('messages.ladder_asked', 'SELECT, INSERT');
        """)
}
