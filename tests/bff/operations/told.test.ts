import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { Panels } from '../../../bff/configurations/panels.ts'
import { patchConfiguration } from '../../../bff/configurations/patch.ts'
import { registrationSchema } from '../../../bff/contract/service.ts'
import { patchFields } from '../../../bff/fields/patch.ts'
import { logged, SYSTEM_ACTOR } from '../../../bff/log/append.ts'
import { cancel } from '../../../bff/operations/cancel.ts'
import { resolve } from '../../../bff/operations/resolve.ts'
import { retry } from '../../../bff/operations/retry.ts'
import { putService } from '../../../bff/services/put.ts'
import { Refresher } from '../../../bff/services/refresh.ts'
import { registerService } from '../../../bff/services/register.ts'
import { accountsLocked, accountsUnlocked } from '../../../db/account-locks.ts'
import { queuedClaimed } from '../../../db/claims.ts'
import { configurationObserved } from '../../../db/configurations.ts'
import type { Statement } from '../../../db/connect.ts'
import { type FeedRow, feedAfter, feedBounds, feedPruned } from '../../../db/feed.ts'
import { expiredTakenBack, operationInserted } from '../../../db/operations.ts'
import { operations } from '../../../db/schema.ts'
import { KINDS, type TestDatabase } from '../../db/databases.ts'
import { tenantId } from '../../tenant-id.ts'
import { bound, CONFIGURATION, type Scene, setScene } from './scene.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const ACTOR = { role: 'staff' as const, label: 'Ann' }
let scene: Scene

interface Told {
  readonly when: string
  /** What is there before. */
  readonly given?: () => Promise<unknown>
  readonly happens: () => Promise<unknown>
  /** The events open elements are told of the service, each kind once. */
  readonly told: readonly string[]
  /** Whose; bob's unless named. */
  readonly service?: string
}

let id = ''
const taken = async () => {
  id = await scene.take('repack', { package: 'large' })
}
const doubtful = async () => {
  scene.panel.fates = ['cut_before', 'cut_before']
  await taken()
  await scene.pass(0)
}
const helpless = async () => {
  await doubtful()
  for (let i = 0; i < 70; i++) await scene.pass(30 * SECOND)
}
const refresher = () =>
  new Refresher({
    db: scene.db,
    clock: scene.deps.clock,
    panelOf: scene.deps.panelOf,
    report: scene.deps.report,
  })
const configurationDeps = () => {
  const { db, clock, provider, lines, report, seal, open } = scene.deps
  const shared = { db, provider, vault: { seal, open }, allowedHosts: ['panel.example'] }
  return { ...shared, clock, panels: new Panels({ ...shared, lines, report }) }
}
const claim = () =>
  scene.db.write(
    queuedClaimed({ owner: 'somebody', now: scene.now, lease_until: scene.now + MINUTE }, 4),
  )

const ANOTHER = { tenant: tenantId('ten_1'), id: 'op_other' }
/** An operation of another service, and its hold on the account. */
const heldByAnother = (): Statement[] => [
  operationInserted({
    ...ANOTHER,
    service: 'carol',
    action: 'repack',
    configuration: CONFIGURATION,
    server: 'srv_1',
    state: 'succeeded',
    created_at: 1,
    actor: '{}',
    subject: 'carol',
    idempotency_key: 'another',
    fingerprint: '',
    input: '{}',
  }),
  ...accountsLocked('srv_1', ['bob'], ANOTHER, 1),
]

const TABLE: readonly Told[] = [
  { when: 'an operation is submitted', happens: taken, told: ['operation'] },
  {
    when: 'an operation is only claimed: it still looks queued',
    given: taken,
    happens: claim,
    told: [],
  },
  {
    when: 'an operation is sent and succeeds',
    given: taken,
    happens: () => scene.pass(0),
    told: ['fields', 'log', 'operation', 'service'],
  },
  {
    when: 'an operation is refused by the server',
    given: async () => {
      scene.panel.fates = ['refused']
      await taken()
    },
    happens: () => scene.pass(0),
    told: ['log', 'operation'],
  },
  {
    when: 'an operation’s answer is lost',
    given: async () => {
      scene.panel.fates = ['cut_before']
      await taken()
    },
    happens: () => scene.pass(0),
    told: ['operation'],
  },
  {
    when: 'an operation is read back and nothing is known yet',
    given: doubtful,
    happens: () => scene.pass(5 * SECOND),
    told: ['operation'],
  },
  {
    when: 'an operation waits for accounts another one holds',
    given: async () => {
      await taken()
      await scene.db.write(heldByAnother())
    },
    happens: () => scene.pass(0),
    told: ['operation'],
  },
  {
    when: 'an operation of another service takes the account, and lets go of it',
    happens: async () => {
      await scene.db.write(heldByAnother())
      await scene.db.write([accountsUnlocked(ANOTHER)])
    },
    told: ['service'],
  },
  {
    when: 'an operation goes to a person',
    given: async () => {
      scene.panel.fates = ['cut_after']
      await scene.take('whisper', { password: 'hunter-two' })
    },
    happens: () => scene.pass(0),
    told: ['log', 'operation'],
  },
  {
    when: 'an operation is cancelled',
    given: taken,
    happens: () => cancel(scene.deps, scene.caller(), id),
    told: ['log', 'operation'],
  },
  {
    when: 'somebody asks not to send an operation again',
    given: doubtful,
    happens: () => cancel(scene.deps, scene.caller(), id),
    told: ['operation'],
  },
  {
    when: 'a person gives a verdict',
    given: helpless,
    happens: () =>
      resolve(scene.deps, scene.caller(), id, { verdict: 'abandoned', why: 'looked it up' }),
    told: ['log', 'operation'],
  },
  {
    when: 'a person tries again',
    given: helpless,
    happens: () => retry(scene.deps, scene.caller(), id, {}, undefined, 'retry-key-1'),
    told: ['log', 'operation'],
  },
  {
    when: 'a runner died between two steps: what was running is queued again',
    given: async () => {
      await taken()
      await claim()
      await scene.db.write([{ sql: `UPDATE operation SET state = 'running'` }])
    },
    happens: () => scene.db.write(expiredTakenBack(scene.now + 2 * MINUTE)),
    told: ['operation'],
  },
  {
    when: 'a runner died before it sent anything: it looked queued all the time',
    given: async () => {
      await taken()
      await claim()
    },
    happens: () => scene.db.write(expiredTakenBack(scene.now + 2 * MINUTE)),
    told: [],
  },
  {
    when: 'a runner died after it sent',
    given: async () => {
      await taken()
      await claim()
      await scene.db.write([
        { sql: `UPDATE operation SET state = 'running'` },
        {
          sql: `INSERT INTO step (operation, seq, name, account, params, state) VALUES (?, 0, 'repack', 'bob', '{}', 'sent')`,
          args: [id],
        },
      ])
    },
    happens: () => scene.db.write(expiredTakenBack(scene.now + 2 * MINUTE)),
    told: ['operation'],
  },
  {
    when: 'another service’s operation has changed its account as well',
    given: async () => {
      await bound(scene, 'eve')
      scene.panel.change('eve', { owner: 'bob' })
      await scene.take('freeze', { all: true })
    },
    happens: () => scene.pass(0),
    service: 'eve',
    told: ['log', 'service'],
  },
  {
    when: 'staff change a field',
    happens: () => patchFields(scene.deps, tenantId('ten_1'), ACTOR, 'bob', { note: 'pays late' }),
    told: ['fields', 'log', 'service'],
  },
  {
    when: 'staff clear a field',
    given: () => patchFields(scene.deps, tenantId('ten_1'), ACTOR, 'bob', { note: 'pays late' }),
    happens: () => patchFields(scene.deps, tenantId('ten_1'), ACTOR, 'bob', { note: null }),
    told: ['fields', 'log', 'service'],
  },
  {
    when: 'the host describes a service anew',
    happens: () =>
      putService(
        scene.deps,
        tenantId('ten_1'),
        ACTOR,
        registrationSchema.parse({ id: 'bob', label: 'Gold' }),
      ),
    told: ['fields', 'log', 'service'],
  },
  {
    when: 'the host says the same again',
    given: () =>
      putService(
        scene.deps,
        tenantId('ten_1'),
        ACTOR,
        registrationSchema.parse({ id: 'bob', label: 'Gold' }),
      ),
    happens: () =>
      putService(
        scene.deps,
        tenantId('ten_1'),
        ACTOR,
        registrationSchema.parse({ id: 'bob', label: 'Gold' }),
      ),
    told: [],
  },
  {
    when: 'a service is registered',
    happens: () =>
      registerService(
        scene.deps,
        tenantId('ten_1'),
        ACTOR,
        registrationSchema.parse({ id: 'new' }),
      ),
    service: 'new',
    told: ['log', 'service'],
  },
  {
    when: 'the account was suspended on the server',
    given: () => refresher().refresh(tenantId('ten_1'), 'bob'),
    happens: async () => {
      scene.panel.change('bob', { suspended: true })
      await refresher().refresh(tenantId('ten_1'), 'bob')
    },
    told: ['log', 'service'],
  },
  {
    when: 'the account’s address was changed on the server',
    given: () => refresher().refresh(tenantId('ten_1'), 'bob'),
    happens: async () => {
      scene.panel.change('bob', { email: 'new@bob.example' })
      await refresher().refresh(tenantId('ten_1'), 'bob')
    },
    told: ['fields'],
  },
  {
    when: 'the account was read and nothing has changed',
    given: () => refresher().refresh(tenantId('ten_1'), 'bob'),
    happens: () => refresher().refresh(tenantId('ten_1'), 'bob'),
    told: [],
  },
  {
    when: 'the configuration is disabled',
    happens: () =>
      patchConfiguration(configurationDeps(), tenantId('ten_1'), ACTOR, CONFIGURATION, {
        disabled: true,
      }),
    told: ['service'],
  },
  {
    when: 'the configuration gets another name, which no reader of a service sees',
    happens: () =>
      patchConfiguration(configurationDeps(), tenantId('ten_1'), ACTOR, CONFIGURATION, {
        label: 'Old',
      }),
    told: [],
  },
  {
    when: 'the token of the configuration has other rights',
    given: () => refresher().refresh(tenantId('ten_1'), 'bob'),
    happens: () =>
      scene.db.write([
        configurationObserved(tenantId('ten_1'), CONFIGURATION, 1, {
          rights: JSON.stringify({ all: false, privileges: [] }),
        }),
      ]),
    told: ['service'],
  },
]

describe('open elements', () => {
  beforeEach(async () => {
    scene = await setScene()
    await bound(scene, 'bob')
  })
  afterEach(() => scene.end())

  for (const { when, given, happens, told, service = 'bob' } of TABLE) {
    it(`are told ${told.join(', ') || 'nothing'} when ${when}`, async () => {
      await given?.()
      const { head } = await feedBounds(scene.db)
      await happens()
      const rows = (await feedAfter(scene.db, head, 1000)).filter((row) => row.service === service)
      assert.deepEqual([...new Set(rows.map(({ event }) => event))].sort(), told)
    })
  }

  it('are told the version an operation now has', async () => {
    await taken()
    await scene.pass(0)
    const rows = await feedAfter(scene.db, 0, 1000)
    const last = rows.findLast(({ event }) => event === 'operation')
    assert.equal(last?.version, (await scene.operation(id)).version)
  })
  it('are told the version a service now has', async () => {
    await taken()
    await scene.pass(0)
    const rows = await feedAfter(scene.db, 0, 1000)
    const last = rows.findLast(({ event }) => event === 'service')
    assert.equal(last?.version, (await scene.service())?.version)
  })
  it('are told once of many fields that one reading has changed', async () => {
    await refresher().refresh(tenantId('ten_1'), 'bob')
    const { head } = await feedBounds(scene.db)
    scene.panel.change('bob', { email: 'new@bob.example', ip: '192.0.2.9' })
    scene.now += MINUTE
    await refresher().refresh(tenantId('ten_1'), 'bob')
    const rows = await feedAfter(scene.db, head, 1000)
    assert.equal(rows.filter(({ event }) => event === 'fields').length, 1)
  })
  it('are told a higher version of fields each time', async () => {
    const versions: number[] = []
    for (const note of ['a', 'b', 'c']) {
      await patchFields(scene.deps, tenantId('ten_1'), ACTOR, 'bob', { note })
      const rows = await feedAfter(scene.db, 0, 1000)
      versions.push(rows.findLast(({ event }) => event === 'fields')?.version ?? 0)
    }
    assert.deepEqual(
      versions,
      [...new Set(versions)].sort((a, b) => a - b),
    )
  })
  it('are told whether clients may read an entry of the log', async () => {
    const { head } = await feedBounds(scene.db)
    for (const client_visible of [true, false])
      await scene.db.write(
        logged({
          tenant: tenantId('ten_1'),
          service: 'bob',
          now: scene.now,
          level: 'info',
          actor: SYSTEM_ACTOR,
          action: 'observation',
          message: { code: 'log.service.linked' },
          client_visible,
        }),
      )
    const rows = await feedAfter(scene.db, head, 10)
    assert.deepEqual(
      rows.map((row) => row.client_visible),
      [true, false],
    )
  })
  it('are told nothing of a change that was rolled back', async () => {
    const { head } = await feedBounds(scene.db)
    await assert.rejects(
      scene.db.write([
        { sql: `UPDATE service SET version = version + 1` },
        { sql: 'INSERT INTO guard (ok) VALUES (0)' },
      ]),
    )
    assert.deepEqual(await feedBounds(scene.db), { floor: 0, head })
  })
})

for (const [name, start] of KINDS) {
  describe(`the feed in ${name}`, () => {
    let test: TestDatabase
    const row = (at: number) => ({
      sql: `INSERT INTO feed (tenant, service, event, ref, version, at) VALUES ('t', 's', 'service', 's', 1, ?)`,
      args: [at],
    })
    const prune = async (limit = 100) => {
      await test.db.write([feedPruned(100, limit)])
      return feedBounds(test.db)
    }
    const seqs = async () => (await feedAfter(test.db, 0, 100)).map(({ seq }: FeedRow) => seq)
    before(async () => {
      test = await start()
    })
    after(() => test.end())
    beforeEach(async () => {
      await test.db.write([{ sql: 'DELETE FROM feed' }, { sql: 'DELETE FROM sqlite_sequence' }])
    })

    it('is empty at first', async () => {
      assert.deepEqual(await feedBounds(test.db), { floor: 0, head: 0 })
    })
    it('loses what is old', async () => {
      await test.db.write([row(1), row(2), row(100), row(101)])
      assert.deepEqual([await prune(), await seqs()], [{ floor: 2, head: 4 }, [3, 4]])
    })
    it('loses no more at a time than it is told', async () => {
      await test.db.write([row(1), row(2), row(3), row(101)])
      assert.deepEqual([await prune(2), await seqs()], [{ floor: 2, head: 4 }, [3, 4]])
    })
    it('keeps its newest event, however old, to go on counting from', async () => {
      await test.db.write([row(1), row(2)])
      assert.deepEqual([await prune(), await seqs()], [{ floor: 1, head: 2 }, [2]])
    })
    it('has no gap where a clock was wrong', async () => {
      await test.db.write([row(1), row(150), row(2), row(151)])
      assert.deepEqual([await prune(), await seqs()], [{ floor: 1, head: 4 }, [2, 3, 4]])
    })
    it('is told of an operation by the database itself', async () => {
      await test.db.write([
        { sql: 'PRAGMA defer_foreign_keys = ON' },
        test.db.orm.insert(operations).values({
          id: 'op_1',
          tenant: tenantId('t'),
          service: 's',
          action: 'a',
          configuration: 'c',
          server: 'v',
          state: 'queued',
          created_at: 1,
          actor: '{}',
          subject: 'x',
          idempotency_key: 'k',
          fingerprint: 'f',
          input: '{}',
        }),
        { sql: `UPDATE operation SET version = version + 1` },
      ])
      const rows = await feedAfter(test.db, 0, 10)
      assert.deepEqual(
        rows.map(({ event, ref, version }) => [event, ref, version]),
        [
          ['operation', 'op_1', 1],
          ['operation', 'op_1', 2],
        ],
      )
    })
  })
}
