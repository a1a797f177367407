/** Parameters as files, which `gradloom` exports; bytes only, so they work in browsers too. */
export { loadMetadata, loadParameters } from './load-parameters.ts';
export { parameterName } from './parameter-names.ts';
export { type SaveOptions, saveParameters } from './save-parameters.ts';
