import { fixtureCleanup, waitUntil } from '@open-wc/testing-helpers'
import { sendKeys, setViewport } from '@web/test-runner-commands'
import { expect } from 'chai'
import {
  all,
  focused,
  key,
  nameOf,
  press,
  seen,
  the,
  type,
  until,
  untilState,
} from '../actions/person.ts'
import { accessibilityFaults } from '../axe.ts'
import { problem } from '../reading-bff.ts'
import { fieldsBff, shown } from './scene.ts'

let desk: ReturnType<typeof fieldsBff>

beforeEach(async () => {
  await setViewport({ width: 900, height: 800 })
  desk = fieldsBff()
})

afterEach(() => {
  fixtureCleanup()
  desk.bff.restore()
})

const bodies = () => desk.bff.sent('PATCH', '/fields').map(({ body }) => body)

describe('staff changing a value', () => {
  it('do it with the keyboard alone', async () => {
    const element = await shown()
    ;(await the(element, 'button', 'Edit Reference')).focus()
    await key('Enter')
    await the(element, 'textbox', 'Reference')
    await sendKeys({ type: 'R-2' })
    await key('Enter')
    await until(element, /Reference R-2/)
    expect(bodies()).to.deep.equal([{ fields: { reference: 'R-2' } }])
  })

  it('have focus where they began', async () => {
    const element = await shown()
    await press(element, 'button', 'Edit Reference')
    await type(element, 'Reference', 'R-2')
    await key('Enter')
    await until(element, /Reference R-2/)
    await waitUntil(() => focused(element) !== null)
    expect(nameOf(focused(element) ?? element)).to.equal('Edit Reference')
  })

  it('are told that it is saved', async () => {
    const element = await shown()
    await press(element, 'button', 'Edit Reference')
    await type(element, 'Reference', 'R-2')
    await press(element, 'button', 'Save')
    await the(element, 'status', 'Reference is saved.')
  })

  it('leave it as it was with Escape', async () => {
    const element = await shown()
    await press(element, 'button', 'Edit Reference')
    await type(element, 'Reference', 'R-2')
    await key('Escape')
    await until(element, /Reference R-1/)
    expect(nameOf(focused(element) ?? element)).to.equal('Edit Reference')
    expect(bodies()).to.deep.equal([])
  })

  it('send nothing when nothing was changed', async () => {
    const element = await shown()
    await press(element, 'button', 'Edit Reference')
    await the(element, 'textbox', 'Reference')
    await key('Enter')
    await waitUntil(() => all(element, 'textbox').length === 0)
    expect(bodies()).to.deep.equal([])
  })

  it('clear it by leaving nothing', async () => {
    const element = await shown()
    await press(element, 'button', 'Edit Reference')
    await type(element, 'Reference', 'x')
    await key('Backspace')
    await key('Enter')
    await until(element, /Reference Not set/)
    expect(bodies()).to.deep.equal([{ fields: { reference: null } }])
  })

  it('see the old value nowhere claimed as saved before the answer', async () => {
    let answer = () => {}
    desk.bff.on(
      'PATCH',
      '/fields',
      () =>
        new Promise((resolve) => {
          answer = () => resolve(problem(503, 'not_ready'))
        }),
    )
    const element = await shown()
    await press(element, 'button', 'Edit Reference')
    await type(element, 'Reference', 'R-2')
    await key('Enter')
    await untilState(element, 'busy')
    await the(element, 'button', 'Saving…')
    answer()
    await untilState(element, 'failed')
  })

  it('have several open, and lose none of them', async () => {
    const element = await shown()
    await press(element, 'button', 'Edit Reference')
    await type(element, 'Reference', 'R-2')
    await press(element, 'button', 'Edit Note')
    await type(element, 'Note', 'Call first')
    await key('Enter')
    await until(element, /Note Call first/)
    expect((await the<HTMLInputElement>(element, 'textbox', 'Reference')).value).to.equal('R-2')
  })

  it('meet nothing that WCAG 2.2 AA forbids', async () => {
    const element = await shown()
    await press(element, 'button', 'Edit Reference')
    await the(element, 'textbox', 'Reference')
    expect(await accessibilityFaults(element)).to.deep.equal([])
  })
})

describe('a change that is refused', () => {
  const refuse = () =>
    desk.bff.on('PATCH', '/fields', () =>
      problem(422, 'input_invalid', {
        errors: [
          { pointer: '/fields/reference', code: 'max_length', text: 'At most 3 characters.' },
        ],
      }),
    )

  it('says beside the field what is wrong', async () => {
    refuse()
    const element = await shown()
    await press(element, 'button', 'Edit Reference')
    await type(element, 'Reference', 'R-22')
    await key('Enter')
    await until(element, 'At most 3 characters.')
    const field = await the<HTMLInputElement>(element, 'textbox', 'Reference')
    expect(field.getAttribute('aria-invalid')).to.equal('true')
    expect(field.value).to.equal('R-22')
  })

  it('has focus in the field again', async () => {
    refuse()
    const element = await shown()
    await press(element, 'button', 'Edit Reference')
    await type(element, 'Reference', 'R-22')
    await press(element, 'button', 'Save')
    await until(element, 'At most 3 characters.')
    await waitUntil(() => focused(element) instanceof HTMLInputElement)
  })

  it('can be given up, and all is as before', async () => {
    refuse()
    const element = await shown()
    await press(element, 'button', 'Edit Reference')
    await type(element, 'Reference', 'R-22')
    await key('Enter')
    await until(element, 'At most 3 characters.')
    await press(element, 'button', 'Cancel')
    await untilState(element, 'ready')
    expect(seen(element)).to.include('R-1')
  })

  it('for another reason says that one', async () => {
    desk.bff.on('PATCH', '/fields', () => 'lost')
    const element = await shown()
    await press(element, 'button', 'Edit Reference')
    await type(element, 'Reference', 'R-2')
    await key('Enter')
    await until(element, 'The service cannot be reached right now.')
  })

  it('because the login ended keeps what was typed', async () => {
    desk.bff.on('PATCH', '/fields', () => problem(401, 'invalid_token'))
    const element = await shown()
    await press(element, 'button', 'Edit Reference')
    await type(element, 'Reference', 'R-2')
    await key('Enter')
    await untilState(element, 'expired')
    await element.refresh()
    const field = await the<HTMLInputElement>(element, 'textbox', 'Reference')
    expect(field.value).to.equal('R-2')
  })
})

describe('an element that only shows', () => {
  it('offers no change', async () => {
    const element = await shown({ readonly: true })
    await untilState(element, 'ready')
    expect(all(element, 'button', /^Edit/)).to.deep.equal([])
  })
})
