ALTER TABLE `feed` ADD `client_visible` integer DEFAULT true NOT NULL;--> statement-breakpoint
CREATE TRIGGER `feed_operation_new` AFTER INSERT ON `operation` BEGIN
  INSERT INTO feed (tenant, service, event, ref, version, at)
  VALUES (NEW.tenant, NEW.service, 'operation', NEW.id, NEW.version, CAST(unixepoch('subsec') * 1000 AS INTEGER));
END;
--> statement-breakpoint
CREATE TRIGGER `feed_operation` AFTER UPDATE ON `operation` WHEN NEW.version <> OLD.version BEGIN
  INSERT INTO feed (tenant, service, event, ref, version, at)
  VALUES (NEW.tenant, NEW.service, 'operation', NEW.id, NEW.version, CAST(unixepoch('subsec') * 1000 AS INTEGER));
END;
--> statement-breakpoint
CREATE TRIGGER `feed_service_new` AFTER INSERT ON `service` BEGIN
  INSERT INTO feed (tenant, service, event, ref, version, at)
  VALUES (NEW.tenant, NEW.id, 'service', NEW.id, NEW.version, CAST(unixepoch('subsec') * 1000 AS INTEGER));
END;
--> statement-breakpoint
CREATE TRIGGER `feed_service` AFTER UPDATE ON `service` WHEN NEW.version <> OLD.version BEGIN
  INSERT INTO feed (tenant, service, event, ref, version, at)
  VALUES (NEW.tenant, NEW.id, 'service', NEW.id, NEW.version, CAST(unixepoch('subsec') * 1000 AS INTEGER));
END;
--> statement-breakpoint
CREATE TRIGGER `feed_log` AFTER INSERT ON `log_entry` WHEN NEW.service IS NOT NULL BEGIN
  INSERT INTO feed (tenant, service, event, ref, version, client_visible, at)
  VALUES (NEW.tenant, NEW.service, 'log', NEW.id, 1, NEW.client_visible, CAST(unixepoch('subsec') * 1000 AS INTEGER));
END;
--> statement-breakpoint
CREATE TRIGGER `feed_fields_described` AFTER UPDATE ON `service`
WHEN NEW.label IS NOT OLD.label OR NEW.domain IS NOT OLD.domain OR NEW.package IS NOT OLD.package
  OR NEW.username IS NOT OLD.username OR (NEW.bound_at IS NULL) <> (OLD.bound_at IS NULL)
BEGIN
  DELETE FROM feed WHERE seq = (SELECT max(seq) FROM feed) AND event = 'fields' AND tenant = NEW.tenant AND service = NEW.id;
  INSERT INTO feed (tenant, service, event, ref, version, at)
  VALUES (NEW.tenant, NEW.id, 'fields', NEW.id, 0, CAST(unixepoch('subsec') * 1000 AS INTEGER));
END;
--> statement-breakpoint
CREATE TRIGGER `feed_field_new` AFTER INSERT ON `field` BEGIN
  DELETE FROM feed WHERE seq = (SELECT max(seq) FROM feed) AND event = 'fields' AND tenant = NEW.tenant AND service = NEW.service;
  INSERT INTO feed (tenant, service, event, ref, version, at)
  VALUES (NEW.tenant, NEW.service, 'fields', NEW.service, 0, CAST(unixepoch('subsec') * 1000 AS INTEGER));
END;
--> statement-breakpoint
CREATE TRIGGER `feed_field` AFTER UPDATE ON `field` WHEN NEW.value <> OLD.value OR NEW.source <> OLD.source BEGIN
  DELETE FROM feed WHERE seq = (SELECT max(seq) FROM feed) AND event = 'fields' AND tenant = NEW.tenant AND service = NEW.service;
  INSERT INTO feed (tenant, service, event, ref, version, at)
  VALUES (NEW.tenant, NEW.service, 'fields', NEW.service, 0, CAST(unixepoch('subsec') * 1000 AS INTEGER));
END;
--> statement-breakpoint
CREATE TRIGGER `feed_field_gone` AFTER DELETE ON `field` BEGIN
  DELETE FROM feed WHERE seq = (SELECT max(seq) FROM feed) AND event = 'fields' AND tenant = OLD.tenant AND service = OLD.service;
  INSERT INTO feed (tenant, service, event, ref, version, at)
  VALUES (OLD.tenant, OLD.service, 'fields', OLD.service, 0, CAST(unixepoch('subsec') * 1000 AS INTEGER));
END;
--> statement-breakpoint
CREATE TRIGGER `feed_configuration` AFTER UPDATE ON `configuration`
WHEN NEW.disabled <> OLD.disabled OR NEW.rights IS NOT OLD.rights
BEGIN
  UPDATE service SET version = version + 1 WHERE tenant = NEW.tenant AND configuration = NEW.id;
END;
--> statement-breakpoint
CREATE TRIGGER `feed_account_lock` AFTER INSERT ON `account_lock` BEGIN
  UPDATE service SET version = version + 1
  WHERE server = NEW.server AND username = NEW.username AND bound_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.id = NEW.operation AND o.tenant = service.tenant AND o.service = service.id);
END;
--> statement-breakpoint
CREATE TRIGGER `feed_account_unlock` AFTER DELETE ON `account_lock` BEGIN
  UPDATE service SET version = version + 1
  WHERE server = OLD.server AND username = OLD.username AND bound_at IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.id = OLD.operation AND o.tenant = service.tenant AND o.service = service.id);
END;
