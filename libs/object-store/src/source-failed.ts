/** What every store says when the stream it was given to store broke off; a ServingError of the stream passes through instead. */
export const SOURCE_FAILED = 'The data to be stored broke off before its end; nothing was stored.';
