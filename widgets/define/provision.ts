import './actions.ts'
import './fields.ts'
import './session.ts'
import './usage.ts'
