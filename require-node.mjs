// Loaded with `node --import` ahead of every entry point, in plain JavaScript so that an old Node can read it.
// The TypeScript sources run with their types stripped, on the major that Lambda runs: Node 24.
import module from "node:module";

const wanted = 24;
const major = Number(process.versions.node.split(".")[0]);
if (major < wanted) {
  process.stderr.write(
    `contact-transfer needs Node ${wanted} here, and this is Node ${process.versions.node}: run \`npm ci\` without --ignore-scripts, ` +
      `which installs Node ${wanted} for the project, and start by \`npm start\`, \`npm test\` or \`npx contact-transfer\`.\n`,
  );
  process.exit(1);
}
// Compiled code is kept in the system's folder for temporary files: the CDK library alone takes half a second otherwise.
module.enableCompileCache();
