CREATE TABLE `revoked_subject` (
	`tenant` text NOT NULL,
	`subject` text NOT NULL,
	`not_before` integer NOT NULL,
	`expires_at` integer NOT NULL,
	PRIMARY KEY(`tenant`, `subject`),
	FOREIGN KEY (`tenant`) REFERENCES `tenant`(`id`) ON UPDATE no action ON DELETE no action
);
--> statement-breakpoint
CREATE TABLE `revoked_token` (
	`tenant` text NOT NULL,
	`jti_digest` text NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer NOT NULL,
	PRIMARY KEY(`tenant`, `jti_digest`),
	FOREIGN KEY (`tenant`) REFERENCES `tenant`(`id`) ON UPDATE no action ON DELETE no action
);
