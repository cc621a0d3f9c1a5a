import { SourceError } from "../player";
import { startReview } from "../review";

startReview().catch((error: unknown) => {
  // The player has said on the page what the server refused; anything else is a fault of ours.
  if (!(error instanceof SourceError)) console.error(error);
});
