import './actions.ts'
import './session.ts'
