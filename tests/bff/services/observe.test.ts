import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { SERVICE_STATES, type ServiceState } from '../../../bff/contract/service.ts'
import type { AccountSnapshot } from '../../../bff/providers/provider.ts'
import { observe } from '../../../bff/services/observe.ts'
import type { ServiceRow } from '../../../db/services.ts'
import { tenantId } from '../../tenant-id.ts'
import { account } from '../panel-in-memory.ts'

const bound = (state: ServiceState): ServiceRow => ({
  id: 's1',
  tenant: tenantId('one'),
  label: null,
  state,
  since: 1,
  configuration: 'cfg',
  server: 'srv',
  username: 'shop',
  domain: 'shop.example',
  package: 'small',
  bound_at: 1,
  started_at_s: 1_700_000_000,
  uid: 1001,
  owner: 'root',
  link_refused: null,
  snapshot: null,
  snapshot_at: null,
  last_suspend: null,
  created_at: 1,
  version: 3,
})

const accounts: fc.Arbitrary<AccountSnapshot | null> = fc.option(
  fc
    .record({
      suspended: fc.boolean(),
      domain: fc.constantFrom('shop.example', 'moved.example'),
      owner: fc.constantFrom('root', 'seller'),
      package: fc.constantFrom('small', 'large'),
      started_at: fc.constantFrom(1_700_000_000, 1_800_000_000),
      uid: fc.constantFrom(1001, 1002, null),
    })
    .map((more) => account('shop', more)),
  { nil: null },
)
const services = fc.constantFrom(...SERVICE_STATES).map(bound)

/** The record after an observation. */
function after(service: ServiceRow, seen: AccountSnapshot | null, seesAll: boolean): ServiceRow {
  const { set, keep_snapshot } = observe(service, 'srv', seen, seesAll, 9)
  return {
    ...service,
    ...set,
    ...(keep_snapshot && seen !== null ? { snapshot: JSON.stringify(seen) } : {}),
  }
}

describe('any account is read for a bound service in any state', () => {
  it('says nothing new when the same is read again', () => {
    fc.assert(
      fc.property(services, accounts, fc.boolean(), (service, seen, seesAll) => {
        const again = observe(after(service, seen, seesAll), 'srv', seen, seesAll, 10)
        assert.deepEqual([again.set, again.entry], [{}, undefined])
      }),
    )
  })

  it('never moves the record to another account or domain', () => {
    fc.assert(
      fc.property(services, accounts, fc.boolean(), (service, seen, seesAll) => {
        const { username, domain, started_at_s, uid, bound_at, server } = after(
          service,
          seen,
          seesAll,
        )
        assert.deepEqual(
          { username, domain, started_at_s, uid, bound_at, server },
          {
            username: 'shop',
            domain: 'shop.example',
            started_at_s: 1_700_000_000,
            uid: 1001,
            bound_at: 1,
            server: 'srv',
          },
        )
      }),
    )
  })

  it('says deleted only if a token that sees everything found nothing', () => {
    fc.assert(
      fc.property(services, accounts, fc.boolean(), (service, seen, seesAll) => {
        fc.pre(service.state !== 'deleted')
        const deleted = after(service, seen, seesAll).state === 'deleted'
        assert.equal(deleted, seen === null && seesAll)
      }),
    )
  })

  it('takes nothing from an account of another identity', () => {
    fc.assert(
      fc.property(services, accounts, fc.boolean(), (service, seen, seesAll) => {
        fc.pre(seen !== null && (seen.started_at !== 1_700_000_000 || seen.uid === 1002))
        const { fields, keep_snapshot } = observe(service, 'srv', seen, seesAll, 9)
        assert.deepEqual([fields, keep_snapshot], ['keep', false])
      }),
    )
  })

  it('writes a log entry whenever the state moves', () => {
    fc.assert(
      fc.property(services, accounts, fc.boolean(), (service, seen, seesAll) => {
        const { set, entry } = observe(service, 'srv', seen, seesAll, 9)
        assert.ok(set.state === undefined || entry !== undefined)
      }),
    )
  })
})

describe('an account that was suspended outside two days ago', () => {
  const seen = (suspended_at: number | null) =>
    observe(
      bound('active'),
      'srv',
      account('shop', { suspended: true, suspended_at }),
      true,
      1_800_000_000_000,
    ).set.since

  it('is suspended since then', () => {
    assert.equal(seen(1_799_827_200), 1_799_827_200_000)
  })
  it('is suspended since it was seen, where the server does not say', () => {
    assert.equal(seen(null), 1_800_000_000_000)
  })
  it('is never suspended in the future', () => {
    assert.equal(seen(1_900_000_000), 1_800_000_000_000)
  })
})
