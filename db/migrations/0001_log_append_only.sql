CREATE TRIGGER `log_entry_no_update` BEFORE UPDATE ON `log_entry` BEGIN SELECT RAISE(ABORT, 'log_entry is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `log_entry_no_delete` BEFORE DELETE ON `log_entry` BEGIN SELECT RAISE(ABORT, 'log_entry is append-only'); END;
