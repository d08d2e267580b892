import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Desk } from './desk.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.end())

describe('a product on a dead server', () => {
  let desk: Desk
  before(async () => {
    desk = await Desk.at(stage, '3', '1046')
    // A reading is believed for a while; this server has just died.
    await desk.person.until(
      'that the server is gone',
      (nodes) => nodes.find(({ name }) => name.startsWith('Unavailable now')),
      async () => {
        await desk.person.goto(desk.person.page.url())
        await desk.person.find('button', 'Unlink account')
      },
    )
  })
  after(() => desk.person.leave())

  it('shows its page all the same, with the state that was last known', async () => {
    await desk.person.reads('Active')
  })
  it('gives the reason, and what to do about it', async () => {
    await desk.hands.press('DisclosureTriangle', /^Unavailable now/)
    await desk.person.reads(
      /The server cannot be reached at the moment\.\s+Try again later, or test the connection\./,
    )
  })
  it('still lists its actions from the snapshot, each that needs the server blocked', async () => {
    const { service, actions } = await desk.actions()
    const open = actions.filter(({ state }) => state === 'available').map(({ name }) => name)
    assert.deepEqual([service.state, service.as_of !== null, open], ['active', true, ['unlink']])
  })
  it('shows its fields from the snapshot', async () => {
    await desk.person.reads('willow-clinic.example')
  })
  it('says why its usage cannot be told, and lets it be asked again', async () => {
    await desk.person.reads(/The server (cannot be reached|refused the connection)/)
  })
  it('refuses an action by hand with the same reason, and starts nothing', async () => {
    const answer = await stage.bff(
      stage.facts.tokens.staff,
      'POST',
      '/services/1046/actions/suspend/preview',
      { input: { reason: 'abuse' } },
    )
    const { code } = await answer.json()
    assert.deepEqual(
      [answer.status >= 400 && answer.status !== 500, code, await desk.operations()],
      [true, code === 'action_blocked' ? 'action_blocked' : 'server_unreachable', []],
    )
  })
  it('breaks nothing but the one request whose answer is not there', () => {
    const others = desk.person.complaints.filter((line) => !line.includes('503'))
    assert.deepEqual([others, stage.reports], [[], []])
  })
})

describe('a product whose server’s token may only read', () => {
  let desk: Desk
  before(async () => {
    desk = await Desk.at(stage, '3', '1047')
  })
  after(() => desk.person.leave())

  it('offers what may be read', async () => {
    await desk.person.find('button', 'Show account details')
  })
  it('offers no button for what may not be done', async () => {
    assert.equal(await desk.person.isThere('button', 'Suspend'), false)
  })
  it('names the missing right of each blocked action, and the remedy', async () => {
    await desk.hands.press('DisclosureTriangle', /^Unavailable now/)
    await desk.person.reads(
      /lacks the right suspend-acct\.\s+Give the token this right in WHM, then test the connection\./,
    )
  })
  it('says so for each action that needs one', async () => {
    const blocked = (await desk.actions()).actions.filter(({ state }) => state === 'blocked')
    const lacking = blocked
      .filter(({ reasons }) => reasons.some(({ code }) => code === 'reason.acl_missing'))
      .map(({ name }) => name)
    assert.deepEqual(
      ['change-package', 'change-password', 'delete', 'login', 'make-reseller', 'suspend'].filter(
        (name) => !lacking.includes(name),
      ),
      [],
    )
  })
  it('refuses by hand with the same reason, and asks the server for nothing', async () => {
    const answer = await stage.bff(
      stage.facts.tokens.staff,
      'POST',
      '/services/1047/actions/change-password',
      { input: { password: 'Quiet-Harbour-77-lantern' } },
      { 'idempotency-key': 'limited-token-0001' },
    )
    const { code } = await answer.json()
    assert.deepEqual(
      [answer.status, code, await desk.calls('passwd', { user: 'olive' })],
      [409, 'action_blocked', 0],
    )
  })
})

for (const { style, told } of [
  { style: 'forbidden', told: /The server refused the token\.|does not let this token do that/ },
  { style: 'result_0', told: /The server does not let this token do that\.|refused the token/ },
] as const)
  describe(`a token that is refused in the middle of things, told as ${style}`, () => {
    let desk: Desk
    before(async () => {
      desk = await Desk.order(stage, `refused-${style.replace('_', '-')}.example`)
      await stage.faults([{ function: 'createacct', kind: 'denied', style }])
      await desk.create()
    })
    after(async () => {
      await stage.faults([])
      await desk.person.leave()
    })

    it('is seen to have failed', () => desk.sees('Create account', 'failed'))
    it('says that it was the token', async () => {
      await desk.person.reads(told)
    })
    it('says in the log that the account was not created', async () => {
      await desk.person.reads('The account was not created.')
    })
    it('leaves the service as it was', async () => {
      assert.equal(await desk.state(), 'unprovisioned')
    })
    it('made nothing, and was sent once', async () => {
      assert.deepEqual([await desk.accounts(), await desk.creations()], [0, 1])
    })
    it('can be done once the token is let in again', async () => {
      await stage.faults([])
      await desk.hands.press('button', 'Dismiss')
      await desk.create()
      await desk.sees('Create account', 'done')
      assert.equal(await desk.accounts(), 1)
    })
  })
