CREATE TABLE `write_receipt` (
	`id` text PRIMARY KEY NOT NULL
);
