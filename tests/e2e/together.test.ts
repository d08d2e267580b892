import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Desk } from './desk.ts'
import { mouseOf, type Person } from './person.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
before(async () => {
  stage = await openStage()
})
after(() => stage.end())

/** The server takes its time, so that others come while it works. */
const slowly = (fn: string) => stage.faults([{ function: fn, kind: 'delay', ms: 4000 }])

async function suspending(person: Person): Promise<void> {
  const hands = mouseOf(person)
  await hands.press('button', 'Suspend')
  await person.find('combobox', /^Reason/)
  await hands.choose(/^Reason/, 'Abuse')
  await hands.press('button', 'Continue')
  await person.reads('What happens')
}

describe('a button pressed twice in a hurry', () => {
  let desk: Desk
  before(async () => {
    await slowly('createacct')
    desk = await Desk.order(stage, 'twice-clicked.example')
    await desk.choose('Create account')
    await desk.person.find('combobox', /^Package/)
    await desk.person.click('button', 'Create account', 2)
    await desk.sees('Create account', 'done')
  })
  after(() => desk.person.leave())

  it('began one operation', async () => {
    assert.equal((await desk.operations()).length, 1)
  })
  it('made the server do it once', async () => {
    assert.deepEqual([await desk.creations(), await desk.accounts()], [1, 1])
  })
})

describe('two tabs of one person', () => {
  let desk: Desk
  let second: Person
  before(async () => {
    await slowly('createacct')
    desk = await Desk.order(stage, 'two-tabs.example')
    second = await desk.person.secondTab()
    await second.goto(desk.person.page.url())
    const hands = mouseOf(second)
    await hands.press('button', 'Create account')
    await second.find('combobox', /^Package/)
    await desk.person.page.bringToFront()
    await desk.create()
    await desk.sees('Create account', 'running')
    await second.page.bringToFront()
    await second.click('button', 'Create account')
  })
  after(() => desk.person.leave())

  it('are both shown the one operation', async () => {
    await second.find('group', /^Create account – (running|done)$/)
  })
  it('both see its end', async () => {
    await second.find('group', 'Create account – done')
    await desk.person.page.bringToFront()
    await desk.sees('Create account', 'done')
  })
  it('began one operation', async () => {
    assert.equal((await desk.operations()).length, 1)
  })
  it('made the server do it once', async () => {
    assert.deepEqual([await desk.creations(), await desk.accounts()], [1, 1])
  })
})

describe('two of the staff at the same product', () => {
  let first: Desk
  let second: Desk
  before(async () => {
    await slowly('suspendacct')
    first = await Desk.at(stage, '1', '1042')
    second = await Desk.at(stage, '1', '1042')
    await suspending(first.person)
    await suspending(second.person)
    await first.hands.press('button', 'Suspend')
    await first.sees('Suspend', 'running')
    await second.hands.press('button', 'Suspend')
  })
  after(async () => {
    await first.person.leave()
    await second.person.leave()
  })

  it('are both shown the one operation', async () => {
    await second.person.find('group', /^Suspend – (running|done)$/)
  })
  it('both see its end', async () => {
    await first.sees('Suspend', 'done')
    await second.sees('Suspend', 'done')
  })
  it('began one operation', async () => {
    assert.equal((await first.operations()).length, 1)
  })
  it('made the server do it once', async () => {
    assert.equal(await first.calls('suspendacct', { user: 'lakeside' }), 1)
  })
  it('both see the new state', async () => {
    await first.person.find('button', 'Unsuspend')
    await second.person.find('button', 'Unsuspend')
  })
})

describe('a page that is loaded anew in the middle', () => {
  let desk: Desk
  before(async () => {
    await slowly('createacct')
    desk = await Desk.order(stage, 'reloaded.example')
    await desk.create()
    await desk.sees('Create account', 'running')
    await desk.person.page.reload()
  })
  after(() => desk.person.leave())

  it('shows the operation that runs', () => desk.sees('Create account', 'running'))
  it('offers nothing that would begin another', async () => {
    const nodes = await desk.person.look()
    const create = nodes.find(({ role, name }) => role === 'button' && name === 'Create account')
    assert.equal(create?.disabled, true)
  })
  it('sees its end', () => desk.sees('Create account', 'done'))
  it('made the server do it once', async () => {
    assert.deepEqual([await desk.creations(), await desk.accounts()], [1, 1])
  })
  it('complained of nothing', () => {
    assert.deepEqual([desk.person.complaints, stage.reports], [[], []])
  })
})
