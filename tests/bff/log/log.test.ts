import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { logged, type NewEntry } from '../../../bff/log/append.ts'
import { type LogFilter, listLog } from '../../../bff/log/list.ts'
import { tenantId } from '../../tenant-id.ts'
import { type House, openHouse } from '../house.ts'

let house: House
before(async () => {
  house = await openHouse()
  const entry = (more: Partial<NewEntry>): NewEntry => ({
    tenant: tenantId('one'),
    service: 's1',
    now: house.clock.time++,
    level: 'info',
    actor: { role: 'staff', label: 'Ann Smith', act: 'client-7' },
    action: 'suspend',
    message: { code: 'log.action.succeeded', params: { action: 'suspend', acl: 'kill-acct' } },
    ...more,
  })
  const entries = [
    entry({ detail: [{ code: 'detail.error', value: 'error.disk_full' }] }),
    entry({ level: 'error', action: 'create', message: { code: 'log.action.failed' } }),
    entry({ actor: { role: 'client', label: 'Bob' }, action: 'login' }),
    entry({
      client_visible: false,
      action: 'fields',
      message: { code: 'log.fields.changed', params: { fields: '100%_sure' } },
    }),
    entry({ service: 's2' }),
    entry({ tenant: tenantId('two') }),
  ]
  for (const one of entries) await house.deps.db.write(logged(one))
})
after(() => house.end())

const actions = async (filter: LogFilter, reader: 'staff' | 'client' = 'staff') =>
  (await listLog(house.deps, tenantId('one'), 's1', reader, filter)).entries.map(
    ({ action }) => action,
  )

describe('the log of a service', () => {
  it('is newest first and of this service alone', async () => {
    assert.deepEqual(await actions({}), ['fields', 'login', 'create', 'suspend'])
  })

  it('comes in pages that miss nothing and repeat nothing', async () => {
    const seen: string[] = []
    let before: string | null = null
    do {
      const page: Awaited<ReturnType<typeof listLog>> = await listLog(
        house.deps,
        tenantId('one'),
        's1',
        'staff',
        {
          limit: 3,
          ...(before === null ? {} : { before }),
        },
      )
      seen.push(...page.entries.map(({ action }) => action))
      before = page.next
    } while (before !== null)
    assert.deepEqual(seen, ['fields', 'login', 'create', 'suspend'])
  })

  it('filters by level', async () =>
    assert.deepEqual(await actions({ level: 'error' }), ['create']))
  it('filters by action', async () =>
    assert.deepEqual(await actions({ action: 'login' }), ['login']))
  it('filters by who acted', async () =>
    assert.deepEqual(await actions({ role: 'client' }), ['login']))
  it('finds text in details', async () =>
    assert.deepEqual(await actions({ text: 'DISK_FULL' }), ['suspend']))
  it('finds wildcards as themselves', async () => {
    assert.deepEqual(await actions({ text: '0%_s' }), ['fields'])
    assert.deepEqual(await actions({ text: '%' }), ['fields'])
  })
  it('takes quotes for text', async () =>
    assert.deepEqual(await actions({ text: `' OR 1=1 --` }), []))
})

describe('a client reads the log', () => {
  it('sees what is meant for clients', async () => {
    assert.deepEqual(await actions({}, 'client'), ['login', 'create', 'suspend'])
  })

  it('cannot find what it cannot read', async () => {
    assert.deepEqual(await actions({ text: 'disk_full' }, 'client'), [])
    assert.deepEqual(await actions({ text: 'Ann' }, 'client'), [])
  })

  it('learns of staff only that it was staff', async () => {
    const { entries } = await listLog(house.deps, tenantId('one'), 's1', 'client')
    assert.deepEqual(entries.at(-1)?.actor, { role: 'staff', label: '' })
  })

  it('gets calm parameters and no detail', async () => {
    const { entries } = await listLog(house.deps, tenantId('one'), 's1', 'client')
    assert.deepEqual(entries.at(-1)?.message.params, { action: 'suspend' })
    assert.equal(entries.at(-1)?.detail, undefined)
  })
})

describe('a search through more than it may look through at once', () => {
  const search = (text: string, before?: string) =>
    listLog(
      house.deps,
      tenantId('one'),
      's1',
      'staff',
      { text, ...(before === undefined ? {} : { before }) },
      2,
    )
  it('stops, and says where it goes on', async () => {
    const page = await search('create')
    assert.deepEqual([page.entries, typeof page.next], [[], 'string'])
  })
  it('finds behind there what it did not come to', async () => {
    const { next } = await search('create')
    const page = await search('create', next ?? '')
    assert.deepEqual(
      page.entries.map(({ action }) => action),
      ['create'],
    )
  })
  it('ends where the log does', async () => {
    let before: string | null = null
    let pages = 0
    do {
      const page: Awaited<ReturnType<typeof search>> = await search('nowhere', before ?? undefined)
      before = page.next
      pages++
    } while (before !== null && pages < 10)
    assert.equal(pages, 3)
  })
  const stopsAt = async (reader: 'staff' | 'client', filter: LogFilter) => {
    const page = await listLog(house.deps, tenantId('one'), 's1', reader, filter, 2)
    return page.next !== null
  }
  for (const [by, filter] of [
    ['action', { action: 'none' }],
    ['who acted', { role: 'system' }],
    ['operation', { operation: 'none' }],
    ['a level nearly all have', { level: 'info', action: 'none' }],
    ['level and action', { level: 'error', action: 'none' }],
  ] as const)
    it(`stops as well when it is by ${by}`, async () =>
      assert.equal(await stopsAt('staff', filter), true))
  it('stops as well for a client, from whom entries are kept', async () =>
    assert.equal(await stopsAt('client', {}), true))
  it('needs no end for what went wrong, which has an index', async () =>
    assert.equal(await stopsAt('staff', { level: 'error' }), false))
  it('is no limit for who only reads', async () => {
    const page = await listLog(house.deps, tenantId('one'), 's1', 'staff', {}, 2)
    assert.deepEqual([page.entries.length, page.next], [4, null])
  })
})
