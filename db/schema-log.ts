import { sql } from 'drizzle-orm'
import {
  check,
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core'
import type { TenantId } from '../bff/contract/ids.ts'

/** The log and what proves it. Times and JSON as in schema.ts, which names these tables too. */

/**
 * Append-only: triggers in the migrations refuse UPDATE and DELETE, but for a person's details that are erased and for what
 * retention cuts behind a checkpoint.
 */
export const logEntries = sqliteTable(
  'log_entry',
  {
    id: text('id').primaryKey(),
    tenant: text('tenant').$type<TenantId>().notNull(),
    service: text('service'),
    at: integer('at').notNull(),
    level: text('level').notNull(),
    /** JSON of `Actor`. */
    actor: text('actor').notNull(),
    role: text('role').notNull(),
    action: text('action').notNull(),
    operation: text('operation'),
    reason: text('reason'),
    duration_ms: integer('duration_ms'),
    code: text('code').notNull(),
    params: text('params').notNull(),
    /** JSON array of `{code, value}`; for staff only. */
    detail: text('detail'),
    /** Whether the service's clients may read it. */
    client_visible: integer('client_visible', { mode: 'boolean' }).notNull(),
  },
  (t) => [
    index('log_of_service').on(t.tenant, t.service, t.id),
    // What went wrong is little beside what went well, and is what is looked for.
    index('log_gone_wrong').on(t.tenant, t.service, t.level, t.id).where(sql`level <> 'info'`),
    check('log_level', sql`level in ('info','warning','error')`),
  ],
)

/** Entries no chain holds yet. Filled by a trigger (migrations), so that no writer can forget it; emptied by sealing. */
export const logUnsealed = sqliteTable(
  'log_unsealed',
  { tenant: text('tenant').$type<TenantId>().notNull(), entry: text('entry').notNull() },
  (t) => [primaryKey({ columns: [t.tenant, t.entry] })],
)

/** One chain per tenant: where it ends, who seals it, and how long its entries are kept. */
export const logChains = sqliteTable('log_chain', {
  tenant: text('tenant').$type<TenantId>().primaryKey(),
  /** Number and hash of the last seal; 0 and the beginning's before the first. */
  seq: integer('seq').notNull(),
  hash: text('hash').notNull(),
  sealed_at: integer('sealed_at').notNull(),
  /** When everything written before had been sealed, as last seen. */
  caught_up_at: integer('caught_up_at').notNull(),
  /** Which process seals it until when; the fence rises with every batch. */
  owner: text('owner'),
  fence: integer('fence').notNull().default(0),
  lease_until: integer('lease_until').notNull().default(0),
  /** Days entries are kept; null for always. */
  keep_days: integer('keep_days'),
})

/**
 * The chain itself, one row per entry in the order of sealing. Append-only but for what retention cuts behind a
 * checkpoint and for salts, which go with a person's details: triggers in the migrations.
 */
export const logSeals = sqliteTable(
  'log_seal',
  {
    tenant: text('tenant').$type<TenantId>().notNull(),
    seq: integer('seq').notNull(),
    entry: text('entry').notNull(),
    sealed_at: integer('sealed_at').notNull(),
    /** Everything written before this time had been sealed already. */
    caught_up_at: integer('caught_up_at').notNull(),
    /** Salts of the digests of who acted and why, and of what was said; null once that was erased. */
    who_salt: text('who_salt'),
    what_salt: text('what_salt'),
    digest: text('digest').notNull(),
    prev: text('prev').notNull(),
    hash: text('hash').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.seq] }), uniqueIndex('log_seal_entry').on(t.entry)],
)

/** Signed ends of the chains, append-only. `jws` says all the rest again. */
export const logHeads = sqliteTable(
  'log_head',
  {
    tenant: text('tenant').$type<TenantId>().notNull(),
    seq: integer('seq').notNull(),
    hash: text('hash').notNull(),
    at: integer('at').notNull(),
    jws: text('jws').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.seq] })],
)

/** Where retention has cut: everything up to `seq` may be removed. Append-only. */
export const logCheckpoints = sqliteTable(
  'log_checkpoint',
  {
    tenant: text('tenant').$type<TenantId>().notNull(),
    seq: integer('seq').notNull(),
    hash: text('hash').notNull(),
    at: integer('at').notNull(),
    jws: text('jws').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.seq] })],
)

/** Parts of entries whose personal details were erased, with the digests that stand for them in the chain. Append-only. */
export const logErased = sqliteTable(
  'log_erased',
  {
    entry: text('entry').notNull(),
    /** `who`: actor and reason; `what`: parameters and detail. */
    part: text('part').notNull(),
    tenant: text('tenant').$type<TenantId>().notNull(),
    /** The entry of the log that tells of the erasing. */
    erasure: text('erasure').notNull(),
    digest: text('digest').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.entry, t.part] }),
    index('log_erased_by').on(t.erasure),
    check('log_erased_part', sql`part in ('who','what')`),
  ],
)

/** Keys that sign heads, checkpoints and exports. */
export const auditKeys = sqliteTable(
  'audit_key',
  {
    /** RFC 7638 thumbprint. */
    kid: text('kid').primaryKey(),
    /** JSON Web Key, public half. */
    public: text('public').notNull(),
    /** Sealed JSON Web Key (bff/vault); null once it is retired. */
    secret: text('secret'),
    created_at: integer('created_at').notNull(),
    retired_at: integer('retired_at'),
  },
  () => [
    uniqueIndex('audit_key_current').on(sql`(retired_at is null)`).where(sql`retired_at is null`),
  ],
)
