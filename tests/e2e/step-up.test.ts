import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Desk } from './desk.ts'
import { openStage, SHORT, type Stage } from './stage.ts'

const MINUTE = 60_000
let ahead = 0
let stage: Stage
let desk: Desk
before(async () => {
  stage = await openStage(SHORT, undefined, { now: () => Date.now() + ahead })
  desk = await Desk.at(stage, '1', '1044')
  await desk.person.find('button', 'Delete account')
})
after(async () => {
  await desk.person.leave()
  await stage.end()
  assert.deepEqual(stage.reports, [])
})

describe('staff who have signed in just now', () => {
  it('may delete without another word, up to what it would do', async () => {
    await desk.choose('Delete account')
    await desk.hands.press('button', 'Continue')
    await desk.person.reads('This cannot be undone')
    await desk.person.press('Escape')
  })
})

describe('staff who have signed in twenty minutes ago', () => {
  before(() => {
    ahead += 20 * MINUTE
  })

  it('are told beforehand that they will be asked', async () => {
    await desk.person.goto(desk.person.page.url())
    await desk.choose('Delete account')
    await desk.person.reads('You will be asked to confirm who you are.')
  })
  it('are led to the company’s own page, and nothing is sent', async () => {
    await desk.hands.press('button', 'Continue')
    await desk.person.reads('Confirm who you are on the page that opens, then come back and go on.')
    assert.deepEqual(
      [await desk.calls('removeacct', { username: 'bigcat' }), await desk.operations()],
      [0, []],
    )
  })
  it('are still asked when they come back without having done so', async () => {
    const asked = desk.person.page.waitForResponse(
      (answer) => answer.request().postData()?.includes('"step_up"') === true,
    )
    await desk.hands.press('button', 'Go on')
    const status = (await asked).status()
    await desk.person.find('link', 'Confirm who you are')
    assert.deepEqual([status, await desk.operations()], [401, []])
  })
  it('are not believed with a wrong PIN', async () => {
    const tab = await desk.person.secondTab()
    await tab.goto(`${stage.facts.admin}/confirm`)
    await tab.click('textbox', 'PIN')
    await tab.type('0000')
    await tab.click('button', 'Confirm')
    await tab.reads('This is not the PIN.')
    await tab.page.close()
    await desk.person.page.bringToFront()
  })
  it('go on where they were once they have', async () => {
    await desk.proveIdentity()
    await desk.hands.fill(/to confirm$/, desk.domain)
    await desk.hands.press('button', 'Delete account')
    await desk.sees('Delete account', 'done')
    assert.deepEqual(
      [await desk.calls('removeacct', { username: 'bigcat' }), await desk.state()],
      [1, 'deleted'],
    )
  })
  it('have broken nothing of the page’s policy', () => {
    const own = desk.person.complaints.filter((line) => !line.startsWith('Failed to load resource'))
    assert.deepEqual(own, [])
  })
  it('may do everything else as before', async () => {
    const other = await Desk.at(stage, '1', '1042')
    await other.person.find('button', 'Show account details')
    ahead += 20 * MINUTE
    await other.hands.press('button', 'Show account details')
    await other.person.find('dialog', 'Show account details')
    await other.person.reads(other.domain)
    await other.person.leave()
  })
})

describe('the company’s address for tokens', () => {
  const ask = (body: object, headers: Record<string, string> = {}) =>
    fetch(stage.facts.token_urls.staff, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })

  it('says to a page where a person confirms who they are', async () => {
    const answer = await ask(
      { service: '1042', reason: 'step_up', max_age: 900 },
      { 'sec-fetch-site': 'same-origin', cookie: 'fernhill_admin_session=of-yesterday' },
    )
    assert.deepEqual(
      [answer.status, await answer.json()],
      [401, { error: 'Confirm who you are.', step_up_url: '/confirm' }],
    )
  })
  it('gives a token without a word of the login to a session nobody knows', async () => {
    const answer = await ask(
      { service: '1042', reason: 'initial' },
      { 'sec-fetch-site': 'same-origin', cookie: 'fernhill_admin_session=of-yesterday' },
    )
    // The demo's own answer.
    const { token } = (await answer.json()) as { token: string }
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
    assert.equal('auth_time' in claims, false)
  })
})
