import { defineConfig } from "vitest/config";

// Tests that need a document say so in their first line: `// @vitest-environment happy-dom`.
export default defineConfig({ test: { include: ["src/**/*.test.ts"], passWithNoTests: true } });
