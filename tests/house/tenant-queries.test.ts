import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { tenantQueries, tenantTables } from './tenant-queries.ts'
import { sources } from './tree.ts'

/** What works over all tenants, and nothing else does. Each says in its own comment why. */
const OVER_ALL = [
  'account-locks.ts/holdersOf',
  'claims.ts/claimsSelected',
  'claims.ts/dueCheckClaimed',
  'claims.ts/queuedClaimed',
  'claims.ts/withinBound',
  'evidence.ts/tenantsToSign',
  'feed.ts/feedAfter',
  'feed.ts/feedBounds',
  'feed.ts/feedPruned',
  'log-retention.ts/tenantsKeeping',
  'operations.ts/expiredTakenBack',
  'operations.ts/leasesOfTheDeadEnded',
  'operations.ts/quarantinedLocksReleased',
  'operations.ts/servicesBoundTo',
  'planned.ts/dueOperations',
  'revocations.ts/allRevocations',
  'revocations.ts/revocationsPruned',
  'seals.ts/tenantsChained',
  'seals.ts/tenantsUnsealed',
  'services.ts/accountIsBound',
  'tenants.ts/allTenants',
  'tenants.ts/tenantByIssuer',
  'unfinished.ts/overdueOperations',
  'unfinished.ts/unfinishedCounts',
  'unfinished.ts/unfinishedOperations',
]

const files = sources(['db'], /\.ts$/)
const isSchema = (path: string) => /^db\/schema(-\w+)?\.ts$/.test(path)
/** All its files as one, each without what it takes from others. */
const schema = [...files]
  .filter(([path]) => isSchema(path))
  .map(([, text]) => text.replaceAll(/^import [^']*'[^']*'$/gm, ''))
  .join('\n')
const asked = tenantQueries(new Map([...files].filter(([path]) => !isSchema(path))), schema)

describe('the tables whose rows belong to tenants', () => {
  const names = tenantTables(schema).map(({ name }) => name)
  for (const name of [
    'tenant',
    'configuration',
    'service',
    'field',
    'operation',
    'log_entry',
    'feed',
  ])
    it(`are told by their column: ${name}`, () => {
      assert.ok(names.includes(name), names.join())
    })
  for (const name of ['step', 'account_lock'])
    it(`are told by the operation they are parts of: ${name}`, () => {
      assert.ok(names.includes(name), names.join())
    })
  it('leave out what is nobody’s', () => {
    assert.ok(!names.includes('server') && !names.includes('write_receipt'), names.join())
  })
})

describe('the functions that ask for rows of tenants', () => {
  it('are found at all', () => {
    assert.ok(asked.length > 40, `${asked.length} functions`)
  })
  it('take the tenant, and ask under it', () => {
    assert.deepEqual(
      asked
        .filter(({ name, faults }) => !OVER_ALL.includes(name) && faults.length > 0)
        .map(({ name, faults }) => `${name}: ${faults.join('; ')}`),
      [],
    )
  })
  it('work over all tenants where that is written down, and nowhere else', () => {
    assert.deepEqual(
      asked.flatMap(({ name, over_all }) => (over_all === undefined ? [] : [name])).sort(),
      OVER_ALL,
    )
  })
  for (const { name, over_all } of asked.filter(({ over_all }) => over_all !== undefined))
    it(`say why over all tenants: ${name}`, () => {
      assert.ok((over_all ?? '').length > 15, over_all)
    })
})

describe('a function that forgets whose rows they are', () => {
  const head = `import { operations, services, steps } from './schema.ts'\n`
  const planted: [how: string, source: string][] = [
    [
      'reads by an id alone',
      `export const one = async (db: Database, id: string) =>
         db.orm.select().from(operations).where(eq(operations.id, id))`,
    ],
    [
      'takes a tenant and does not ask under it',
      `export async function one(db: Database, tenant: TenantId, id: string) {
         return db.orm.select().from(operations).where(eq(operations.id, id))
       }`,
    ],
    [
      'asks under a tenant that is any text',
      `export async function one(db: Database, tenant: string, id: string) {
         return db.orm.select().from(services)
           .where(and(eq(services.tenant, tenant), eq(services.id, id)))
       }`,
    ],
    [
      'writes by an id alone',
      `export function one(tenant: TenantId, id: string): Statement {
         return { sql: 'UPDATE service SET label = ? WHERE id = ?', args: ['', id] }
       }`,
    ],
    [
      'reads parts by the id of what they are parts of',
      `export function one(operation: string): Statement {
         return { sql: \`SELECT * FROM step WHERE operation = ? ORDER BY seq\`, args: [operation] }
       }`,
    ],
    [
      'hides the statement in a text',
      `const BY_ID = 'SELECT * FROM log_entry WHERE id = ?'
       export function one(tenant: TenantId, id: string): Statement {
         return { sql: \`\${BY_ID} LIMIT 1\`, args: [id] }
       }`,
    ],
    [
      'hides the statement in a function',
      `function inner(db: Database, id: string) {
         return db.orm.select().from(steps).where(eq(steps.operation, id))
       }
       export async function one(db: Database, tenant: TenantId, id: string) {
         return inner(db, id)
       }`,
    ],
    [
      'names the tenant among the columns only',
      `export function one(tenant: TenantId, id: string): Statement {
         return { sql: 'SELECT tenant, state FROM operation WHERE id = ?', args: [id] }
       }`,
    ],
    [
      'takes a row whose tenant was left out',
      `export function one(row: Omit<typeof services.$inferInsert, 'tenant'>): Statement {
         return { sql: \`UPDATE service SET label = '' WHERE tenant = ? AND id = ?\`, args: [] }
       }`,
    ],
    [
      'joins rows of a tenant to others of the same tenant, whoever’s that is',
      `export function one(tenant: TenantId, id: string): Statement {
         return { sql: 'SELECT 1 FROM step s JOIN operation o ON o.tenant = s.tenant WHERE o.id = ?', args: [id] }
       }`,
    ],
    [
      'joins rows of a tenant to what is nobody’s',
      `export function one(tenant: TenantId, server: string): Statement {
         return { sql: 'SELECT 1 FROM server s JOIN service c ON c.server = s.id WHERE s.id = ?', args: [] }
       }`,
    ],
  ]
  for (const [how, source] of planted)
    it(`is found: it ${how}`, () => {
      const [only] = tenantQueries(new Map([['db/a.ts', head + source]]), schema)
      assert.ok(only !== undefined && only.faults.length > 0, JSON.stringify(only))
    })
})

describe('a function that asks under its tenant', () => {
  const head = `import { services } from './schema.ts'\n`
  const good: [how: string, source: string][] = [
    [
      'by a parameter',
      `export async function one(db: Database, tenant: TenantId, id: string) {
         return db.orm.select().from(services)
           .where(and(eq(services.tenant, tenant), eq(services.id, id)))
       }`,
    ],
    [
      'by a row that was read under it',
      `type Row = typeof services.$inferSelect
       export function one(seen: Row): Statement {
         return { sql: 'DELETE FROM service WHERE tenant = ? AND id = ?', args: [seen.tenant, seen.id] }
       }`,
    ],
    [
      'by a type that carries it',
      `interface Own { readonly tenant: TenantId; readonly id: string }
       interface Held extends Own { readonly fence: number }
       const MINE = '(SELECT id FROM operation WHERE tenant = ? AND id = ?)'
       export function one({ tenant, id }: Held): Statement {
         return { sql: \`SELECT * FROM step WHERE operation = \${MINE}\`, args: [tenant, id] }
       }`,
    ],
  ]
  for (const [how, source] of good)
    it(`is left alone: ${how}`, () => {
      const [only] = tenantQueries(new Map([['db/a.ts', head + source]]), schema)
      assert.deepEqual(only?.faults, [])
    })
})

describe('outside the room that knows SQL', () => {
  const bff = sources(['bff'], /\.ts$/)
  it('no statement is written', () => {
    const sql = /\b(SELECT\s[^'"`]+\sFROM\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s)/
    assert.deepEqual(
      [...bff].filter(([, text]) => sql.test(text)).map(([path]) => path),
      [],
    )
  })
  it('no query is built', () => {
    assert.deepEqual(
      [...bff].filter(([, text]) => /\.orm\b/.test(text)).map(([path]) => path),
      [],
    )
  })
})

describe('a tenant’s id', () => {
  it('is made where a tenant is added and where rows of all tenants are read, and nowhere else', () => {
    const made = /\bas TenantId\b|custom<TenantId>/
    assert.deepEqual(
      [...sources(['bff', 'db'], /\.ts$/)]
        .filter(([path, text]) => !isSchema(path) && made.test(text))
        .map(([path]) => path),
      ['bff/operations/runner.ts', 'bff/tenants/add.ts', 'db/evidence-rows.ts'],
    )
  })
  it('is a column’s type in the schema', () => {
    const columns = schema.match(/text\('tenant'\)/g)?.length
    assert.equal(schema.match(/text\('tenant'\)\s*\.\$type<TenantId>\(\)/g)?.length, columns)
  })
})
