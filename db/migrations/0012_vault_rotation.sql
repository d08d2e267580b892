CREATE TABLE `job_lease` (
	`job` text PRIMARY KEY NOT NULL,
	`owner` text NOT NULL,
	`fence` integer NOT NULL,
	`lease_until` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `operation_secrets` ON `operation` (`id`) WHERE secrets is not null;