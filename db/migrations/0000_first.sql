CREATE TABLE `account_lock` (
	`server` text NOT NULL,
	`username` text NOT NULL,
	`operation` text NOT NULL,
	`taken_at` integer NOT NULL,
	PRIMARY KEY(`server`, `username`)
);
--> statement-breakpoint
CREATE INDEX `account_lock_operation` ON `account_lock` (`operation`);--> statement-breakpoint
CREATE TABLE `configuration` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant` text NOT NULL,
	`server` text NOT NULL,
	`label` text NOT NULL,
	`api_user` text NOT NULL,
	`token` text NOT NULL,
	`pin` text,
	`disabled` integer DEFAULT false NOT NULL,
	`test` text,
	`rights` text,
	`rights_at` integer,
	`created_at` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	FOREIGN KEY (`tenant`) REFERENCES `tenant`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`server`) REFERENCES `server`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE INDEX `configuration_tenant` ON `configuration` (`tenant`);--> statement-breakpoint
CREATE INDEX `configuration_server` ON `configuration` (`server`);--> statement-breakpoint
CREATE TABLE `feed` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`tenant` text NOT NULL,
	`service` text NOT NULL,
	`event` text NOT NULL,
	`ref` text NOT NULL,
	`version` integer NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `feed_of_service` ON `feed` (`tenant`,`service`,`seq`);--> statement-breakpoint
CREATE TABLE `field` (
	`tenant` text NOT NULL,
	`service` text NOT NULL,
	`name` text NOT NULL,
	`value` text NOT NULL,
	`source` text NOT NULL,
	`as_of` integer NOT NULL,
	PRIMARY KEY(`tenant`, `service`, `name`),
	CONSTRAINT "field_source" CHECK(source in ('order','staff','server'))
);
--> statement-breakpoint
CREATE TABLE `guard` (
	`ok` integer NOT NULL,
	CONSTRAINT "guard_ok" CHECK(ok = 1)
);
--> statement-breakpoint
CREATE TABLE `log_entry` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant` text NOT NULL,
	`service` text,
	`at` integer NOT NULL,
	`level` text NOT NULL,
	`actor` text NOT NULL,
	`role` text NOT NULL,
	`action` text NOT NULL,
	`operation` text,
	`reason` text,
	`duration_ms` integer,
	`code` text NOT NULL,
	`params` text NOT NULL,
	`detail` text,
	`client_visible` integer NOT NULL,
	CONSTRAINT "log_level" CHECK(level in ('info','warning','error'))
);
--> statement-breakpoint
CREATE INDEX `log_of_service` ON `log_entry` (`tenant`,`service`,`id`);--> statement-breakpoint
CREATE TABLE `operation` (
	`id` text PRIMARY KEY NOT NULL,
	`tenant` text NOT NULL,
	`service` text NOT NULL,
	`action` text NOT NULL,
	`configuration` text NOT NULL,
	`server` text NOT NULL,
	`state` text NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`created_at` integer NOT NULL,
	`finished_at` integer,
	`due_at` integer,
	`actor` text NOT NULL,
	`subject` text NOT NULL,
	`idempotency_key` text NOT NULL,
	`fingerprint` text NOT NULL,
	`input` text NOT NULL,
	`secrets` text,
	`prepared` integer DEFAULT false NOT NULL,
	`confirmation` text,
	`retry_of` text,
	`warnings` text DEFAULT '[]' NOT NULL,
	`waiting` text,
	`error` text,
	`result` text,
	`verdict` text,
	`cancel_wanted` integer DEFAULT false NOT NULL,
	`owner` text,
	`fence` integer DEFAULT 0 NOT NULL,
	`lease_until` integer DEFAULT 0 NOT NULL,
	`next_at` integer DEFAULT 0 NOT NULL,
	`waiting_since` integer,
	CONSTRAINT "operation_state" CHECK(state in ('scheduled','queued','leased','running','checking','attention','succeeded','failed','cancelled','resolved'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `operation_key` ON `operation` (`tenant`,`subject`,`idempotency_key`);--> statement-breakpoint
CREATE UNIQUE INDEX `operation_one_unfinished` ON `operation` (`tenant`,`service`) WHERE state in ('queued','leased','running','checking','attention');--> statement-breakpoint
CREATE UNIQUE INDEX `operation_one_scheduled` ON `operation` (`tenant`,`service`) WHERE state = 'scheduled';--> statement-breakpoint
CREATE INDEX `operation_due` ON `operation` (`state`,`next_at`);--> statement-breakpoint
CREATE INDEX `operation_of_service` ON `operation` (`tenant`,`service`,`id`);--> statement-breakpoint
CREATE INDEX `operation_server` ON `operation` (`server`,`state`);--> statement-breakpoint
CREATE TABLE `server` (
	`id` text PRIMARY KEY NOT NULL,
	`provider` text NOT NULL,
	`host` text NOT NULL,
	`port` integer NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `server_address` ON `server` (`provider`,`host`,`port`);--> statement-breakpoint
CREATE TABLE `service` (
	`id` text NOT NULL,
	`tenant` text NOT NULL,
	`label` text,
	`state` text DEFAULT 'unprovisioned' NOT NULL,
	`since` integer NOT NULL,
	`configuration` text,
	`server` text,
	`username` text,
	`domain` text,
	`package` text,
	`bound_at` integer,
	`started_at_s` integer,
	`uid` integer,
	`owner` text,
	`link_refused` text,
	`snapshot` text,
	`snapshot_at` integer,
	`last_suspend` text,
	`created_at` integer NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	PRIMARY KEY(`tenant`, `id`),
	FOREIGN KEY (`tenant`) REFERENCES `tenant`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`configuration`) REFERENCES `configuration`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`server`) REFERENCES `server`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "service_state" CHECK(state in ('unprovisioned','active','suspended','deleted','unknown'))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `service_account` ON `service` (`server`,`username`) WHERE bound_at is not null;--> statement-breakpoint
CREATE INDEX `service_configuration` ON `service` (`configuration`);--> statement-breakpoint
CREATE TABLE `step` (
	`operation` text NOT NULL,
	`seq` integer NOT NULL,
	`name` text NOT NULL,
	`account` text NOT NULL,
	`params` text NOT NULL,
	`state` text DEFAULT 'pending' NOT NULL,
	`attempt` integer DEFAULT 0 NOT NULL,
	`sent_at` integer,
	`quarantine_until` integer,
	`finished_at` integer,
	`before` text,
	`last_proof` text,
	`error` text,
	PRIMARY KEY(`operation`, `seq`),
	FOREIGN KEY (`operation`) REFERENCES `operation`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "step_state" CHECK(state in ('pending','sent','uncertain','succeeded','failed','skipped'))
);
--> statement-breakpoint
CREATE TABLE `tenant` (
	`id` text PRIMARY KEY NOT NULL,
	`label` text NOT NULL,
	`issuer` text NOT NULL,
	`algorithms` text NOT NULL,
	`jwks` text,
	`jwks_url` text,
	`origins` text NOT NULL,
	`client_actions` text,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `tenant_issuer` ON `tenant` (`issuer`);