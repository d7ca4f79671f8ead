export { createRunner, type Runner } from './runner.js';
export { serve } from './serve.js';
