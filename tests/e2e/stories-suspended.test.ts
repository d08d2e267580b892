import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Desk } from './desk.ts'
import type { Person } from './person.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.end())

const suspendedNow = async () =>
  Object.values((await stage.world()).accounts)
    .filter(({ suspended }) => suspended !== null)
    .map(({ user }) => user)
    .sort()

describe('a product whose account is suspended', () => {
  let desk: Desk
  let client: Person
  before(async () => {
    desk = await Desk.at(stage, '1', '1043')
    client = await stage.person()
    await client.goto(`${stage.facts.client}/products/1043`)
  })
  after(async () => {
    await desk.person.leave()
    await client.leave()
  })

  it('is shown as such to staff', async () => {
    await desk.person.reads('Suspended')
  })
  it('offers staff to unsuspend it, and not to suspend it', async () => {
    await desk.person.find('button', 'Unsuspend')
    assert.equal(await desk.person.isThere('button', 'Suspend'), false)
  })
  it('tells staff what waits for that', async () => {
    await desk.hands.press('DisclosureTriangle', /^Unavailable now/)
    await desk.person.reads('The account is suspended. Unsuspend it first.')
  })
  it('is shown as such to the client', async () => {
    await client.reads('Suspended')
  })
  it('offers the client no way to lift it', async () => {
    await client.find('button', 'Show account details')
    assert.equal(await client.isThere('button', 'Unsuspend'), false)
  })
  it('offers the client no new password', async () => {
    assert.equal(await client.isThere('button', 'Change password'), false)
  })
  it('is unsuspended by staff', async () => {
    await desk.hands.press('button', 'Unsuspend')
    await desk.sees('Unsuspend', 'done')
    assert.deepEqual(
      [await desk.state(), (await stage.account('northpine'))?.suspended],
      ['active', 0],
    )
  })
  it('says so in the log', async () => {
    await desk.person.reads('The account was unsuspended.')
  })
  it('gives the client everything back', async () => {
    await client.goto(client.page.url())
    await client.find('button', 'Change password')
  })
})

describe('a suspension with a lock', () => {
  let desk: Desk
  before(async () => {
    desk = await Desk.at(stage, '1', '1044')
    await desk.choose('Suspend')
    await desk.hands.choose(/^Reason/, 'Abuse')
    await desk.hands.press('checkbox', /^Lock/)
    await desk.hands.press('button', 'Continue')
  })
  after(() => desk.person.leave())

  it('says beforehand who alone can lift it', async () => {
    await desk.person.reads('Only root can lift the suspension.')
  })
  it('is locked on the server', async () => {
    await desk.hands.press('button', 'Suspend')
    await desk.sees('Suspend', 'done')
    const { bigcat } = (await stage.world()).accounts
    assert.equal(bigcat?.suspended?.locked, true)
  })
  it('can be lifted by this token, which is root’s', async () => {
    await desk.hands.press('button', 'Dismiss')
    await desk.hands.press('button', 'Unsuspend')
    await desk.sees('Unsuspend', 'done')
    assert.equal((await stage.account('bigcat'))?.suspended, 0)
  })
})

describe('a reseller who owns accounts', () => {
  let desk: Desk
  before(async () => {
    desk = await Desk.at(stage, '2', '1045')
  })
  after(() => desk.person.leave())

  it('is suspended with its accounts only once each is ticked', async () => {
    await desk.choose('Suspend')
    await desk.hands.choose(/^Reason/, 'Payment')
    await desk.hands.choose(/^Which accounts/, 'With')
    await desk.hands.press('button', 'Continue')
    await desk.person.reads('4 accounts are affected')
    await desk.hands.press('button', 'Suspend')
    await desk.person.reads('Confirm each account.')
    assert.deepEqual(await suspendedNow(), ['saltmarsh'])
  })
  it('is then suspended with each account that was listed', async () => {
    for (const account of ['quayside', 'saltmarsh', 'tidepool', 'harbour'])
      await desk.hands.press('checkbox', new RegExp(`^${account} `))
    await desk.hands.press('button', 'Suspend')
    await desk.sees('Suspend', 'done')
    assert.deepEqual(await suspendedNow(), ['harbour', 'quayside', 'saltmarsh', 'tidepool'])
  })
  it('never lets the server choose whom to suspend', async () => {
    assert.deepEqual(await stage.calls('suspendreseller'), [])
  })
  it('is unsuspended with what that suspension reached, and nothing more', async () => {
    await desk.hands.press('button', 'Dismiss')
    await desk.hands.press('button', 'Unsuspend')
    await desk.sees('Unsuspend', 'done')
    assert.deepEqual(await suspendedNow(), ['saltmarsh'])
  })
  it('is not deleted without its domain and each account', async () => {
    await desk.hands.press('button', 'Dismiss')
    await desk.choose('Delete account')
    await desk.hands.press('button', 'Continue')
    await desk.person.reads('This cannot be undone')
    await desk.hands.fill(/to confirm$/, 'not-this.example')
    await desk.hands.press('button', 'Delete account')
    await desk.person.reads('This is not the domain.')
    assert.equal(await desk.calls('removeacct', {}), 0)
  })
  it('is deleted with each account listed, its own last', async () => {
    for (const account of ['quayside', 'saltmarsh', 'tidepool', 'harbour'])
      await desk.hands.press('checkbox', new RegExp(`^${account} `))
    await desk.hands.fill(/to confirm$/, 'harbour-hosting.example')
    await desk.hands.press('button', 'Delete account')
    await desk.sees('Delete account', 'done')
    const removed = (await stage.calls('removeacct')).map(
      ({ params }) =>
        Object.entries(params ?? {}).find(([name]) => name === 'username' || name === 'user')?.[1],
    )
    assert.deepEqual(
      [removed.slice(0, -1).sort(), removed.at(-1)],
      [['quayside', 'saltmarsh', 'tidepool'], 'harbour'],
    )
  })
  it('leaves none of them on the server, and all others', async () => {
    const { accounts } = await stage.world()
    assert.deepEqual(Object.keys(accounts).sort(), ['bigcat', 'lakeside', 'northpine', 'olive'])
  })
  it('never lets the server choose whom to delete', async () => {
    assert.deepEqual(await stage.calls('terminatereseller'), [])
  })
  it('leaves the service deleted, and says so in the log', async () => {
    await desk.person.reads('The account was deleted.')
    assert.equal(await desk.state(), 'deleted')
  })
})
