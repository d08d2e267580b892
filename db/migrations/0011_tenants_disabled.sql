ALTER TABLE `tenant` ADD `language` text;--> statement-breakpoint
ALTER TABLE `tenant` ADD `disabled_at` integer;--> statement-breakpoint
ALTER TABLE `tenant` ADD `version` integer DEFAULT 1 NOT NULL;