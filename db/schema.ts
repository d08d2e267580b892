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

export * from './schema-log.ts'

/** Times are integers: milliseconds since the epoch, except where a column says `_s` (seconds). JSON columns are text. */

export const tenants = sqliteTable(
  'tenant',
  {
    id: text('id').$type<TenantId>().primaryKey(),
    label: text('label').notNull(),
    /** Token issuer, exactly as in `iss`. */
    issuer: text('issuer').notNull(),
    /** JSON array of JOSE algorithm names. */
    algorithms: text('algorithms').notNull(),
    /** Inline JWKS as JSON, or null when `jwks_url` is set. */
    jwks: text('jwks'),
    jwks_url: text('jwks_url'),
    /** JSON array of exact origins. */
    origins: text('origins').notNull(),
    /** JSON array of action names clients may have; null for the default. */
    client_actions: text('client_actions'),
    /** JSON of `StepUpPolicy`: what is asked of a person's login, by action; null for nothing. */
    step_up: text('step_up'),
    /** JSON of what the operator limits otherwise than by default, or null. */
    limits: text('limits'),
    /** What its clients are spoken to in when they ask for no language of ours; null for the first of ours. */
    language: text('language'),
    /** Since when none of its tokens is taken and nothing of its plans begins; null while it is served. */
    disabled_at: integer('disabled_at'),
    created_at: integer('created_at').notNull(),
    version: integer('version').notNull().default(1),
  },
  (t) => [uniqueIndex('tenant_issuer').on(t.issuer)],
)

/** Tokens that are refused although they are good. Rows whose token has expired are pruned. */
export const revokedTokens = sqliteTable(
  'revoked_token',
  {
    tenant: text('tenant')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id),
    /** SHA-256 of `jti`, in hex. */
    jti_digest: text('jti_digest').notNull(),
    /** When no token of that id is taken any more, revoked or not. */
    expires_at: integer('expires_at').notNull(),
    revoked_at: integer('revoked_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.jti_digest] })],
)

/** Subjects whose tokens issued at or before `not_before` are refused. Pruned when all of those have expired. */
export const revokedSubjects = sqliteTable(
  'revoked_subject',
  {
    tenant: text('tenant')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id),
    /** `sub`, exactly as in tokens. */
    subject: text('subject').notNull(),
    not_before: integer('not_before').notNull(),
    expires_at: integer('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.subject] })],
)

/** One WHM machine, whoever's token is used. Locks and bounds belong to it. */
export const servers = sqliteTable(
  'server',
  {
    id: text('id').primaryKey(),
    provider: text('provider').notNull(),
    /** Lower case, no trailing dot. */
    host: text('host').notNull(),
    port: integer('port').notNull(),
    created_at: integer('created_at').notNull(),
  },
  (t) => [uniqueIndex('server_address').on(t.provider, t.host, t.port)],
)

export const configurations = sqliteTable(
  'configuration',
  {
    id: text('id').primaryKey(),
    tenant: text('tenant')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id),
    server: text('server')
      .notNull()
      .references(() => servers.id),
    label: text('label').notNull(),
    api_user: text('api_user').notNull(),
    /** Sealed (bff/vault). */
    token: text('token').notNull(),
    /** JSON of `Pin`, or null. */
    pin: text('pin'),
    disabled: integer('disabled', { mode: 'boolean' }).notNull().default(false),
    /** JSON of the last connection test, or null. */
    test: text('test'),
    /** JSON of `Rights`, or null while unknown. */
    rights: text('rights'),
    rights_at: integer('rights_at'),
    created_at: integer('created_at').notNull(),
    version: integer('version').notNull().default(1),
  },
  (t) => [index('configuration_tenant').on(t.tenant), index('configuration_server').on(t.server)],
)

export const services = sqliteTable(
  'service',
  {
    /** The host's own id. */
    id: text('id').notNull(),
    tenant: text('tenant')
      .$type<TenantId>()
      .notNull()
      .references(() => tenants.id),
    label: text('label'),
    state: text('state').notNull().default('unprovisioned'),
    /** Since when it is in that state. */
    since: integer('since').notNull(),
    configuration: text('configuration').references(() => configurations.id),
    /** Set while bound: the server of the configuration at binding. */
    server: text('server').references(() => servers.id),
    /** What the order asked for; `username` here is a wish until `bound_at` is set. */
    username: text('username'),
    domain: text('domain'),
    package: text('package'),
    /** Identity of the bound account. */
    bound_at: integer('bound_at'),
    started_at_s: integer('started_at_s'),
    uid: integer('uid'),
    owner: text('owner'),
    /** Why binding was refused, as a code; null if it was not. */
    link_refused: text('link_refused'),
    /** JSON of the last `AccountSnapshot`, and when it was read. */
    snapshot: text('snapshot'),
    snapshot_at: integer('snapshot_at'),
    /** JSON `{accounts: string[]}` of what the last successful suspend did. */
    last_suspend: text('last_suspend'),
    created_at: integer('created_at').notNull(),
    version: integer('version').notNull().default(1),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.id] }),
    uniqueIndex('service_account').on(t.server, t.username).where(sql`bound_at is not null`),
    index('service_configuration').on(t.configuration),
    check(
      'service_state',
      sql`state in ('unprovisioned','active','suspended','deleted','unknown')`,
    ),
  ],
)

export const fields = sqliteTable(
  'field',
  {
    tenant: text('tenant').$type<TenantId>().notNull(),
    service: text('service').notNull(),
    name: text('name').notNull(),
    /** JSON: string, array of strings, or null. */
    value: text('value').notNull(),
    source: text('source').notNull(),
    as_of: integer('as_of').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.tenant, t.service, t.name] }),
    check('field_source', sql`source in ('order','staff','server')`),
  ],
)

export const operations = sqliteTable(
  'operation',
  {
    id: text('id').primaryKey(),
    tenant: text('tenant').$type<TenantId>().notNull(),
    service: text('service').notNull(),
    action: text('action').notNull(),
    configuration: text('configuration').notNull(),
    server: text('server').notNull(),
    state: text('state').notNull(),
    /** Wire version: rises with every change a reader can see. */
    version: integer('version').notNull().default(1),
    created_at: integer('created_at').notNull(),
    finished_at: integer('finished_at'),
    due_at: integer('due_at'),
    /** JSON of `Actor`, with `issuer` and `subject` beside it. */
    actor: text('actor').notNull(),
    subject: text('subject').notNull(),
    idempotency_key: text('idempotency_key').notNull(),
    /** HMAC of action and input under a vault key. */
    fingerprint: text('fingerprint').notNull(),
    /** JSON input without secrets; fixed by `prepare`. */
    input: text('input').notNull(),
    /** Sealed (bff/vault) JSON of secrets; null once the operation ended or went to attention. */
    secrets: text('secrets'),
    prepared: integer('prepared', { mode: 'boolean' }).notNull().default(false),
    /** JSON of the confirmed `Consequences` digest and accounts; null for danger none. */
    confirmation: text('confirmation'),
    /** JSON of the accounts that were confirmed and how they must be found on the day; null where nothing waits for one. */
    planned: text('planned'),
    /** The action it amounts to until a date it has not come to itself; null where it leaves nothing for a date. */
    meanwhile: text('meanwhile'),
    retry_of: text('retry_of'),
    /** JSON arrays and objects of `Message`. */
    warnings: text('warnings').notNull().default('[]'),
    waiting: text('waiting'),
    error: text('error'),
    result: text('result'),
    verdict: text('verdict'),
    cancel_wanted: integer('cancel_wanted', { mode: 'boolean' }).notNull().default(false),
    owner: text('owner'),
    fence: integer('fence').notNull().default(0),
    lease_until: integer('lease_until').notNull().default(0),
    /** When a runner should look at it again. */
    next_at: integer('next_at').notNull().default(0),
    /** When waiting for account locks began. */
    waiting_since: integer('waiting_since'),
    /** What it counts as in `daily_use`, and how many accounts; null where no day's cap is about it. */
    counted: text('counted'),
    counts: integer('counts').notNull().default(0),
  },
  (t) => [
    uniqueIndex('operation_key').on(t.tenant, t.subject, t.idempotency_key),
    uniqueIndex('operation_one_unfinished')
      .on(t.tenant, t.service)
      .where(sql`state in ('queued','leased','running','checking','attention')`),
    uniqueIndex('operation_one_scheduled').on(t.tenant, t.service).where(sql`state = 'scheduled'`),
    index('operation_due').on(t.state, t.next_at),
    index('operation_of_service').on(t.tenant, t.service, t.id),
    index('operation_server').on(t.server, t.state),
    index('operation_queue').on(t.server, t.tenant, t.next_at, t.id).where(sql`state = 'queued'`),
    index('operation_owner').on(t.owner).where(sql`owner is not null`),
    index('operation_secrets').on(t.id).where(sql`secrets is not null`),
    check(
      'operation_state',
      sql`state in ('scheduled','queued','leased','running','checking','attention','succeeded','failed','cancelled','resolved')`,
    ),
  ],
)

export const steps = sqliteTable(
  'step',
  {
    operation: text('operation')
      .notNull()
      .references(() => operations.id),
    seq: integer('seq').notNull(),
    name: text('name').notNull(),
    account: text('account').notNull(),
    /** JSON without secrets. */
    params: text('params').notNull(),
    state: text('state').notNull().default('pending'),
    attempt: integer('attempt').notNull().default(0),
    sent_at: integer('sent_at'),
    /** Of the first attempt: what a late success is measured against. */
    first_sent_at: integer('first_sent_at'),
    quarantine_until: integer('quarantine_until'),
    finished_at: integer('finished_at'),
    /** JSON: the before-image the step's guard returned. */
    before: text('before'),
    /** JSON `{evidence, verdict, at}` of the last read-back. */
    last_proof: text('last_proof'),
    error: text('error'),
  },
  (t) => [
    primaryKey({ columns: [t.operation, t.seq] }),
    index('step_in_flight').on(t.quarantine_until).where(sql`state in ('sent','uncertain')`),
    check(
      'step_state',
      sql`state in ('pending','sent','uncertain','succeeded','failed','skipped')`,
    ),
  ],
)

/** Whose operations were claimed when, as a running number: turns go round over servers and tenants. */
export const queueTurns = sqliteTable(
  'queue_turn',
  {
    server: text('server').notNull(),
    tenant: text('tenant').$type<TenantId>().notNull(),
    turn: integer('turn').notNull(),
  },
  (t) => [primaryKey({ columns: [t.server, t.tenant] }), index('queue_turn_last').on(t.turn)],
)

/**
 * How many accounts a tenant had created and deleted on a day. Written by triggers (migrations) alone: an operation
 * counts on the day it is submitted, and is given back if it ends with nothing ever sent.
 */
export const dailyUse = sqliteTable(
  'daily_use',
  {
    tenant: text('tenant').$type<TenantId>().notNull(),
    /** Whole days since the epoch, UTC. */
    day: integer('day').notNull(),
    counted: text('counted').notNull(),
    used: integer('used').notNull(),
  },
  (t) => [primaryKey({ columns: [t.tenant, t.day, t.counted] })],
)

/** What each replica has counted of busy rates in a minute; rows of minutes that are over are removed. */
export const rateUse = sqliteTable(
  'rate_use',
  {
    /** Whole minutes since the epoch. */
    minute: integer('minute').notNull(),
    key: text('key').notNull(),
    replica: text('replica').notNull(),
    used: integer('used').notNull(),
  },
  (t) => [primaryKey({ columns: [t.minute, t.key, t.replica] })],
)

/** One changing operation at a time per account, over all tenants and replicas. */
export const accountLocks = sqliteTable(
  'account_lock',
  {
    server: text('server').notNull(),
    username: text('username').notNull(),
    operation: text('operation').notNull(),
    taken_at: integer('taken_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.server, t.username] }),
    index('account_lock_operation').on(t.operation),
  ],
)

/**
 * What open elements are told: ids and versions, no texts. Written by triggers (migrations) whenever a reader could see
 * a change, so that no writer can forget it; rows of fields stand for all of a service's fields.
 */
export const feed = sqliteTable(
  'feed',
  {
    seq: integer('seq').primaryKey({ autoIncrement: true }),
    tenant: text('tenant').$type<TenantId>().notNull(),
    service: text('service').notNull(),
    event: text('event').notNull(),
    ref: text('ref').notNull(),
    /** Of an operation or service; 0 for fields, whose event's number is their version, and 1 for log entries. */
    version: integer('version').notNull(),
    /** Whether the service's clients may learn of it. */
    client_visible: integer('client_visible', { mode: 'boolean' }).notNull().default(true),
    at: integer('at').notNull(),
  },
  (t) => [index('feed_of_service').on(t.tenant, t.service, t.seq)],
)

/** Who does a job that one process at a time should do; whoever comes later waits until the lease runs out. */
export const jobLeases = sqliteTable('job_lease', {
  job: text('job').primaryKey(),
  owner: text('owner').notNull(),
  fence: integer('fence').notNull(),
  lease_until: integer('lease_until').notNull(),
})

/**
 * One row per batch written to a server: a batch whose answer was lost is sent again with the same receipt, and cannot be
 * written a second time. Rows older than a day are swept.
 */
export const writeReceipts = sqliteTable('write_receipt', {
  /** Begins with the time it was made, so that a range of ids is a range of times. */
  id: text('id').primaryKey(),
})

/**
 * Turns "no row was changed" into an error that rolls a batch back: `INSERT INTO guard SELECT changes()` after a
 * conditional UPDATE violates the check unless exactly one row was hit. Never keeps a row.
 */
export const guard = sqliteTable('guard', { ok: integer('ok').notNull() }, () => [
  check('guard_ok', sql`ok = 1`),
])
