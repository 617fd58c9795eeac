/**
 * TEST_TRAINED_OBJECTS: a folder for the result of a first start (`first-start.json` and `objects/`) that outlives the run. The first run
 * fills it, those after it train nothing: for work on the specs. Unset, as in `npm test`, every run trains for itself.
 */
export const keptTrainedObjects: string | undefined = process.env['TEST_TRAINED_OBJECTS'] || undefined;
