import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { holdersOf } from '../../../db/account-locks.ts'
import { type Hosting, openHosting } from './hosting.ts'

const MINUTE = 60_000
const WITH_ACCOUNTS = { reason: 'abuse', client_text: 'Please call', scope: 'with_accounts' }
let hosting: Hosting

const fresh = () => {
  before(async () => {
    hosting = await openHosting()
    await hosting.bound('harbour')
    await hosting.bound('tidepool')
    await hosting.bound('quayside')
  })
  after(() => hosting.end())
}
const begin = async (action: string, input: object = {}) => {
  const taken = await hosting.submit('harbour', action, { ...input })
  assert.ok(taken.kind === 'accepted', JSON.stringify(taken))
  await hosting.pass(0)
  return taken.operation.id
}
const suspended = (user: string) => hosting.account(user)?.suspended?.reason
const count = async (sql: string) => {
  const [result] = await hosting.deps.db.write([{ sql }])
  return Number(result?.rows[0]?.[0])
}

describe('a reseller suspended with its accounts, one of which is not answered', () => {
  fresh()
  let id: string
  before(async () => {
    await hosting.faults([
      { kind: 'change_after_cut', function: 'suspendacct', user: 'quayside', times: 1 },
    ])
    id = await begin('suspend', WITH_ACCOUNTS)
  })

  it('waits with the rest until it is known', async () =>
    assert.deepEqual([await hosting.state(id), suspended('harbour')], ['checking', undefined]))
  it('holds all of its accounts', async () =>
    assert.deepEqual(
      (await holdersOf(hosting.deps.db, 'srv_1', ['harbour', 'quayside', 'tidepool']))
        .map(({ username }) => username)
        .sort(),
      ['harbour', 'quayside', 'tidepool'],
    ))
  it('keeps everybody else off them meanwhile', async () => {
    const other = await hosting.submit('tidepool', 'change-package', { package: 'business' })
    assert.equal(other.kind === 'problem' && other.message?.code, 'reason.account_busy')
  })
  it('goes on when it is proven', async () => {
    await fetch(`${hosting.whm.controlUrl}/release`, { method: 'POST' })
    await hosting.pass(MINUTE)
    await hosting.pass(MINUTE)
    assert.deepEqual(
      [await hosting.state(id), suspended('harbour')],
      ['succeeded', 'Abuse: Please call'],
    )
  })
  it('was asked of each account once', async () =>
    assert.equal(
      (await hosting.changes()).filter((name) => name === 'suspendacct').length,
      Object.values(hosting.world().accounts).filter(
        ({ owner, user }) => (owner === 'harbour' || user === 'harbour') && user !== 'saltmarsh',
      ).length,
    ))
  it('is told in the log of each service', async () =>
    assert.equal(
      await count(
        `SELECT count(*) FROM log_entry WHERE code = 'log.action.cascaded' AND service IN ('quayside', 'tidepool')`,
      ),
      2,
    ))
  it('gives each service the words for its client', async () =>
    assert.deepEqual(JSON.parse((await hosting.service('tidepool'))?.last_suspend ?? '{}'), {
      accounts: ['tidepool'],
      client_text: 'Please call',
      reason: 'Abuse: Please call',
    }))
})

describe('a reseller unsuspended after one of its accounts was suspended anew', () => {
  fresh()
  before(async () => {
    await begin('suspend', WITH_ACCOUNTS)
    const { quayside } = hosting.world().accounts
    assert.ok(quayside?.suspended)
    quayside.suspended = { ...quayside.suspended, reason: 'Law enforcement' }
    await begin('unsuspend')
  })
  it('leaves that suspension alone', () =>
    assert.deepEqual(['harbour', 'tidepool', 'quayside'].map(suspended), [
      undefined,
      undefined,
      'Law enforcement',
    ]))
  it('leaves no words of the lifted one with a service', async () =>
    assert.equal((await hosting.service('tidepool'))?.last_suspend, null))
})

describe('a reseller whose suspension stopped half-way and was gone on with', () => {
  fresh()
  before(async () => {
    await hosting.faults([{ kind: 'denied', function: 'suspendacct', user: 'tidepool', times: 1 }])
    const id = await begin('suspend', WITH_ACCOUNTS)
    assert.match(await hosting.state(id), /error\.partial/)
    assert.equal(await hosting.retry('harbour', WITH_ACCOUNTS), 'succeeded')
  })
  it('is lifted as a whole: what the first try suspended too', async () => {
    await begin('unsuspend')
    assert.deepEqual(['harbour', 'tidepool', 'quayside'].map(suspended), [
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('a reseller deleted with its accounts', () => {
  fresh()
  before(() => begin('delete'))
  it('leaves nothing of an account in the record of its service', async () => {
    const row = await hosting.service('tidepool')
    assert.deepEqual(
      [row?.state, row?.bound_at, row?.server, row?.username, row?.uid, row?.snapshot],
      ['deleted', null, null, null, null, null],
    )
  })
  it('forgets what the server said of it', async () =>
    assert.equal(
      await count(`SELECT count(*) FROM field WHERE service = 'tidepool' AND source = 'server'`),
      0,
    ))
})
