DROP TRIGGER `feed_operation_new`;
--> statement-breakpoint
CREATE TRIGGER `feed_operation_new` AFTER INSERT ON `operation` BEGIN
  INSERT INTO feed (tenant, service, event, ref, version, client_visible, at)
  VALUES (NEW.tenant, NEW.service, 'operation', NEW.id, NEW.version, NEW.due_at IS NULL OR NEW.prepared,
    CAST(unixepoch('subsec') * 1000 AS INTEGER));
END;
--> statement-breakpoint
DROP TRIGGER `feed_operation`;
--> statement-breakpoint
CREATE TRIGGER `feed_operation` AFTER UPDATE ON `operation` WHEN NEW.version <> OLD.version BEGIN
  INSERT INTO feed (tenant, service, event, ref, version, client_visible, at)
  VALUES (NEW.tenant, NEW.service, 'operation', NEW.id, NEW.version, NEW.due_at IS NULL OR NEW.prepared,
    CAST(unixepoch('subsec') * 1000 AS INTEGER));
END;
