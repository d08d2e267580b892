ALTER TABLE `operation` ADD `planned` text;--> statement-breakpoint
ALTER TABLE `operation` ADD `meanwhile` text;