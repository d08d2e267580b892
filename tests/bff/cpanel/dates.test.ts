import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'node:test'
import type { Input } from '../../../bff/contract/dialect.ts'
import { cancelsPlanned } from '../../../bff/operations/plan.ts'
import { operationById } from '../../../db/operations.ts'
import { plannedOperation } from '../../../db/planned.ts'
import { tenantId } from '../../tenant-id.ts'
import { type Hosting, openHosting, START } from './hosting.ts'

const DAY = 24 * 60 * 60 * 1000
const ON_DATE = { when: 'on_date', date: '2026-12-03' }
/** From the start of these stories to the first moment of that day. */
const UNTIL = Date.UTC(2026, 11, 3) - START
let hosting: Hosting

const opened = (as: 'root' | 'harbour', ...services: readonly string[]) => {
  beforeEach(async () => {
    hosting = await openHosting(as)
    for (const service of services) await hosting.bound(service)
  })
  afterEach(() => hosting.end())
}

const planOf = (service: string) => plannedOperation(hosting.deps.db, tenantId('ten_1'), service)

async function plan(service: string): Promise<string> {
  assert.equal(await hosting.run(service, 'delete', ON_DATE), 'succeeded')
  const row = await planOf(service)
  assert.ok(row)
  return row.id
}

/** Somebody works in WHM itself, and nobody tells us. */
function outside(
  user: string,
  change: (account: NonNullable<ReturnType<Hosting['account']>>) => void,
) {
  const account = hosting.account(user)
  assert.ok(account)
  change(account)
}

const waitingOf = async (id: string) => {
  const row = await operationById(hosting.deps.db, tenantId('ten_1'), id)
  return `${row?.state} ${row?.waiting === null ? '' : JSON.parse(row?.waiting ?? '{}').code}`
}

const isSuspended = (user: string) => hosting.account(user)?.suspended !== null

describe('an account that is to be deleted on a date', () => {
  opened('root', 'olive')

  it('is suspended now, by one call', async () => {
    await plan('olive')
    assert.deepEqual([await hosting.changes(), isSuspended('olive')], [['suspendacct'], true])
  })
  it('says on the server why, without a date that may be called off', async () => {
    await plan('olive')
    assert.equal(hosting.account('olive')?.suspended?.reason, 'Suspended before its deletion')
  })
  it('is deleted when the day begins', async () => {
    await plan('olive')
    await hosting.pass(UNTIL)
    assert.deepEqual(
      [await hosting.changes(), hosting.account('olive'), (await hosting.service('olive'))?.state],
      [['suspendacct', 'removeacct'], undefined, 'deleted'],
    )
  })
  it('is not deleted before', async () => {
    await plan('olive')
    await hosting.pass(UNTIL - 1)
    assert.deepEqual(await hosting.changes(), ['suspendacct'])
  })
  it('keeps its DNS zone if that was asked for', async () => {
    await hosting.run('olive', 'delete', { ...ON_DATE, keep_dns: true })
    await hosting.pass(UNTIL)
    const answer = await fetch(`${hosting.whm.controlUrl}/journal`)
    // The demo's own journal: a list of calls with their parameters.
    const calls = (await answer.json()) as { function: string; params: Record<string, string> }[]
    assert.equal(calls.find((call) => call.function === 'removeacct')?.params.keepdns, '1')
  })
  it('is active again, and not deleted, once it is unsuspended here', async () => {
    await plan('olive')
    await hosting.run('olive', 'unsuspend')
    await hosting.pass(UNTIL)
    assert.deepEqual(
      [isSuspended('olive'), await hosting.changes()],
      [false, ['suspendacct', 'unsuspendacct']],
    )
  })
  it('is deleted once if it is deleted before', async () => {
    await plan('olive')
    await hosting.run('olive', 'delete', { when: 'now' })
    await hosting.pass(UNTIL)
    assert.deepEqual(await hosting.changes(), ['suspendacct', 'removeacct'])
  })
  it('is not deleted once it was let go of', async () => {
    await plan('olive')
    await hosting.run('olive', 'unlink')
    await hosting.pass(UNTIL)
    assert.deepEqual(await hosting.changes(), ['suspendacct'])
  })
})

describe('on the day, an account that somebody changed in WHM', () => {
  opened('root', 'olive')
  const later = Math.floor(START / 1000) + 3600
  const cases: [what: string, change: Parameters<typeof outside>[1], code: string][] = [
    [
      'by unsuspending it',
      (account) => {
        account.suspended = null
      },
      'due_not_suspended',
    ],
    [
      'by unsuspending it and suspending it again for the same reason',
      (account) => {
        if (account.suspended !== null) account.suspended = { ...account.suspended, at: later }
      },
      'due_suspended_again',
    ],
    [
      'by making it anew, suspended',
      (account) => {
        account.started += 1000
        account.uid += 1
      },
      'due_identity_changed',
    ],
    [
      'by giving it another domain',
      (account) => {
        account.domain = 'elsewhere.example'
      },
      'due_domain_changed',
    ],
    [
      'by giving it to another owner',
      (account) => {
        account.owner = 'harbour'
      },
      'due_owner_changed',
    ],
  ]
  for (const [what, change, code] of cases)
    it(`${what} is not deleted, and a person is told`, async () => {
      const id = await plan('olive')
      outside('olive', change)
      await hosting.pass(UNTIL)
      assert.deepEqual(
        [await waitingOf(id), await hosting.changes()],
        [`attention waiting.${code}`, ['suspendacct']],
      )
    })
  it('is not deleted a day too late either', async () => {
    const id = await plan('olive')
    await hosting.pass(UNTIL + DAY + 1)
    assert.deepEqual(
      [await waitingOf(id), await hosting.changes()],
      ['attention waiting.due_late', ['suspendacct']],
    )
  })
  it('is deleted by a retry that was confirmed afresh', async () => {
    await plan('olive')
    outside('olive', cases[1]?.[1] ?? (() => undefined))
    await hosting.pass(UNTIL)
    assert.deepEqual(
      [await hosting.retry('olive', { when: 'now' }), hosting.account('olive')],
      ['succeeded', undefined],
    )
  })
})

describe('a reseller that is to be deleted on a date', () => {
  opened('root', 'harbour', 'tidepool')
  const ALL = ['harbour', 'quayside', 'tidepool', 'saltmarsh']

  it('is suspended with each account that was confirmed and is not suspended yet', async () => {
    await plan('harbour')
    assert.deepEqual(
      [ALL.map(isSuspended), await hosting.changes()],
      [
        [true, true, true, true],
        ['suspendacct', 'suspendacct', 'suspendacct'],
      ],
    )
  })
  it('is deleted with them on the day, itself last', async () => {
    await plan('harbour')
    await hosting.pass(UNTIL)
    assert.deepEqual(
      [
        (await hosting.changes()).slice(3),
        ALL.map((user) => hosting.account(user)),
        hosting.world().resellers.harbour,
      ],
      [
        ['removeacct', 'removeacct', 'removeacct', 'unsetupreseller', 'removeacct'],
        [undefined, undefined, undefined, undefined],
        undefined,
      ],
    )
  })
  it('is not deleted when it owns one more account by then', async () => {
    const id = await plan('harbour')
    outside('olive', (account) => {
      account.owner = 'harbour'
    })
    await hosting.pass(UNTIL)
    assert.deepEqual(
      [await waitingOf(id), (await hosting.changes()).length],
      ['attention waiting.due_more_accounts', 3],
    )
  })
  it('is deleted when it owns one less', async () => {
    await plan('harbour')
    delete hosting.world().accounts.quayside
    await hosting.pass(UNTIL)
    assert.equal((await hosting.service('harbour'))?.state, 'deleted')
  })
  it('is unsuspended with those that suspension reached, and no others', async () => {
    await plan('harbour')
    await hosting.run('harbour', 'unsuspend')
    assert.deepEqual(ALL.map(isSuspended), [false, false, false, true])
  })
  it('ends the plan of an account it takes along', async () => {
    const id = await plan('tidepool')
    await plan('harbour')
    await hosting.run('harbour', 'delete', { when: 'now' })
    assert.match(await waitingOf(id), /^cancelled/)
  })
  it('tells the services of its accounts that they are suspended', async () => {
    await plan('harbour')
    assert.equal((await hosting.service('tidepool'))?.state, 'suspended')
  })

  describe('of which one account cannot be suspended', () => {
    beforeEach(() =>
      hosting.faults([{ kind: 'denied', function: 'suspendacct', user: 'tidepool', times: 1 }]),
    )
    it('has nothing planned', async () => {
      assert.match(await hosting.run('harbour', 'delete', ON_DATE), /^failed/)
      assert.equal(await planOf('harbour'), undefined)
    })
    it('has it planned by a retry', async () => {
      await hosting.run('harbour', 'delete', ON_DATE)
      assert.deepEqual(
        [await hosting.retry('harbour', ON_DATE), (await planOf('harbour'))?.due_at],
        ['succeeded', START + UNTIL],
      )
    })
  })
})

describe('what staff do with an account whose deletion is planned', () => {
  opened('root', 'olive')
  const ENDS = ['delete', 'unsuspend']
  it('ends the plan by asking for two actions of the catalogue, and no other', () =>
    assert.deepEqual(
      hosting.deps.provider.actions
        .filter((action) => action.kind === 'change' && cancelsPlanned(action))
        .map(({ name }) => name)
        .sort(),
      ENDS,
    ))
  const table: [action: string, input: Input, onTheDay: string, why: string][] = [
    ['change-package', { package: 'starter' }, 'succeeded', 'it is the same account'],
    [
      'make-reseller',
      { acl: 'basic_reseller', owner_self: false },
      'succeeded',
      'it owns nothing, and its rights go first',
    ],
    [
      'change-domain',
      { domain: 'elsewhere.example' },
      'attention waiting.due_domain_changed',
      'another domain was typed to confirm',
    ],
  ]
  for (const [action, input, onTheDay, why] of table)
    it(`${action} leaves the plan; on the day: ${onTheDay}, for ${why}`, async () => {
      const id = await plan('olive')
      const done = await hosting.run('olive', action, input)
      const between = await waitingOf(id)
      await hosting.pass(UNTIL)
      assert.deepEqual(
        [done, between.trim(), (await waitingOf(id)).trim()],
        ['succeeded', 'scheduled', onTheDay],
      )
    })
  it('suspend, where somebody lifted it in WHM, leaves the plan; on the day a person is asked', async () => {
    const id = await plan('olive')
    outside('olive', (account) => {
      account.suspended = null
    })
    const row = await hosting.service('olive')
    await hosting.deps.db.write([
      { sql: `UPDATE service SET state = 'active' WHERE id = ?`, args: [row?.id ?? ''] },
    ])
    await hosting.pass(60_000)
    assert.equal(await hosting.run('olive', 'suspend', { reason: 'abuse' }), 'succeeded')
    await hosting.pass(UNTIL - 60_000)
    assert.equal(await waitingOf(id), 'attention waiting.due_suspended_again')
  })
})

describe('a reseller’s token', () => {
  opened('harbour', 'tidepool')
  it('deletes an account of its own on the day', async () => {
    await plan('tidepool')
    await hosting.pass(UNTIL)
    assert.deepEqual(await hosting.changes(), ['suspendacct', 'removeacct'])
  })
})

describe('a suspension whose answer is lost', () => {
  opened('root', 'olive')
  it('is followed by the plan once it is found to be made', async () => {
    await hosting.faults([{ kind: 'cut_after', function: 'suspendacct', times: 1 }])
    const taken = await hosting.submit('olive', 'delete', ON_DATE)
    assert.equal(taken.kind, 'accepted')
    for (const wait of [0, 5000, 10_000]) await hosting.pass(wait)
    assert.deepEqual(
      [(await planOf('olive'))?.due_at, await hosting.changes()],
      [START + UNTIL, ['suspendacct']],
    )
  })
})
