import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import {
  type Credential,
  jtiDigest,
  REVOCATIONS_FRESH,
  Revocations,
  type Revoked,
} from '../../../bff/auth/revocation.ts'
import { tenantId } from '../../tenant-id.ts'

let now: number
let reads: number
let read: () => Promise<Revoked>
let revocations: Revocations

const NOTHING: Revoked = { tokens: [], subjects: [] }
const credential = (over: Partial<Credential> = {}): Credential => ({
  tenant: tenantId('one'),
  jti_digest: jtiDigest('j1'),
  subjects: ['ann'],
  issued_at: 1_000,
  ...over,
})
const by = async (over: Partial<Credential> = {}) =>
  (await revocations.faultOf(credential(over)))?.by

beforeEach(() => {
  now = 2_000_000
  reads = 0
  read = async () => NOTHING
  revocations = new Revocations({ now: () => now }, () => {
    reads += 1
    return read()
  })
})

describe('a revoked token', () => {
  beforeEach(() => {
    read = async () => ({
      ...NOTHING,
      tokens: [{ tenant: tenantId('one'), jti_digest: jtiDigest('j1') }],
    })
  })
  it('is refused', async () => assert.equal(await by(), 'token'))
  it('takes no other token with it', async () =>
    assert.equal(await by({ jti_digest: jtiDigest('j2') }), undefined))
  it('takes no token of the same id of another tenant with it', async () =>
    assert.equal(await by({ tenant: tenantId('two') }), undefined))
})

describe('a revoked subject', () => {
  beforeEach(() => {
    const subjects = [{ tenant: tenantId('one'), subject: 'ann', not_before: 1_000_500 }]
    read = async () => ({ ...NOTHING, subjects })
  })
  it('has a token refused that was issued before', async () =>
    assert.equal(await by({ issued_at: 999 }), 'subject'))
  it('has a token refused that was issued in that second', async () =>
    assert.equal(await by({ issued_at: 1_000 }), 'subject'))
  it('has a token taken that was issued later', async () =>
    assert.equal(await by({ issued_at: 1_001 }), undefined))
  it('has a token refused that it acts with for somebody else', async () =>
    assert.equal(await by({ subjects: ['a-client', 'ann'] }), 'subject'))
  it('takes nobody else with it', async () =>
    assert.equal(await by({ subjects: ['anna'] }), undefined))
  it('takes nobody of the same name at another tenant with it', async () =>
    assert.equal(await by({ tenant: tenantId('two') }), undefined))
})

describe('what is revoked', () => {
  const revoke = () => {
    read = async () => ({
      ...NOTHING,
      tokens: [{ tenant: tenantId('one'), jti_digest: jtiDigest('j1') }],
    })
  }
  it('is read once for many questions', async () => {
    for (let i = 0; i < 50; i++) await by()
    assert.equal(reads, 1)
  })
  it('is read once for many questions at a time', async () => {
    await Promise.all(Array.from({ length: 50 }, () => by()))
    assert.equal(reads, 1)
  })
  it('is known five seconds later, whoever revoked it', async () => {
    await by()
    revoke()
    now += REVOCATIONS_FRESH
    assert.equal(await by(), 'token')
  })
  it('is known earlier where somebody asks meanwhile', async () => {
    await by()
    revoke()
    now += 2000
    await by()
    await turn()
    assert.equal(await by(), 'token')
  })
  it('is known at once where it was revoked', async () => {
    await by()
    revoke()
    revocations.forget()
    assert.equal(await by(), 'token')
  })
  it('is not hidden by what was being read when it was revoked', async () => {
    let release = (_: Revoked) => {}
    read = () =>
      new Promise((resolve) => {
        release = resolve
      })
    const before = by()
    revoke()
    revocations.forget()
    release(NOTHING)
    await before
    assert.equal(await by(), 'token')
  })
  it('is read again when the clock was put back', async () => {
    await by()
    revoke()
    now -= 60_000
    assert.equal(await by(), 'token')
  })
})

describe('while the database does not answer', () => {
  const away = new Error('away')
  beforeEach(async () => {
    await by()
    read = () => Promise.reject(away)
  })
  it('what was known less than five seconds ago is used', async () => {
    now += REVOCATIONS_FRESH - 1
    assert.equal(await by(), undefined)
  })
  it('nobody is let in on what is older', async () => {
    now += REVOCATIONS_FRESH
    await assert.rejects(by(), away)
  })
  it('nobody is let in before anything is known', async () => {
    revocations.forget()
    await assert.rejects(by(), away)
  })
  it('is over when it answers again', async () => {
    now += REVOCATIONS_FRESH
    await by().catch(() => undefined)
    read = async () => NOTHING
    assert.equal(await by(), undefined)
  })
})
