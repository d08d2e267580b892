import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Person } from './person.ts'
import { openStage, type Stage } from './stage.ts'

let stage: Stage
let rosa: Person
let colleague: Person
before(async () => {
  stage = await openStage()
  const token = await stage.demo.mint.mint(
    {
      role: 'client',
      subject: 'client-1',
      name: 'Rosa Lindqvist',
      act: { sub: 'staff-7', name: 'Nora Ellis' },
    },
    { kind: 'these', services: ['1042'] },
  )
  const done = await stage.bff(token, 'POST', '/services/1042/actions/get-info', { input: {} })
  assert.equal(done.status, 200)
  rosa = await stage.person()
  await rosa.goto(`${stage.facts.client}/products/1042`)
  colleague = await stage.person()
  await colleague.goto(`${stage.facts.admin}/clients/1/products/1042`)
})
after(async () => {
  await stage.end()
  assert.deepEqual(stage.reports, [])
})

describe('what staff did in a client’s place', () => {
  it('has both names in the admin’s log', async () => {
    await colleague.reads('Staff: Nora Ellis for Rosa Lindqvist')
  })
  it('was done by staff in the client’s own log, and no name is told', async () => {
    await rosa.find('heading', 'Activity')
    const text = await rosa.reads(/Show account details.*Staff/)
    assert.doesNotMatch(text, /Nora|staff-7/)
  })
})
