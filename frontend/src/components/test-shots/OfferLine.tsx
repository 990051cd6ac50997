/** What it costs and when it starts, before one pays. */

import type { UseQueryResult } from "@tanstack/react-query";
import { Zap } from "lucide-react";
import type { components } from "@/api/schema";
import type { Quote } from "@/api/types";
import { percent, seconds, starts } from "@/ui/format";
import style from "./OfferLine.module.css";

type Offer = components["schemas"]["Offer"];

interface OfferLineProps {
  offer: UseQueryResult<Offer>;
  fault: string | undefined;
}

export function OfferLine({ offer, fault }: OfferLineProps) {
  if (fault) {
    return (
      <p className={style.fault} role="alert">
        {fault}
      </p>
    );
  }
  if (offer.isError) return <p className={style.fault}>Correct what is marked.</p>;
  const { data } = offer;
  return (
    <p className={style.offer} data-stale={offer.isPlaceholderData || undefined} role="status">
      <Zap aria-hidden />
      {data ? (
        <span>
          <strong>{price(data)}</strong>
          {data.renders > 0 &&
            `, ${percent(data.share_of_scenes)} of the ${data.renders === 1 ? "scene" : "scenes"}`}
          {data.renders > 0 && data.starts_in_s !== null && `; ${starts(data.starts_in_s)}`}
          {!data.is_within_budget && (
            <em> Your budget does not allow it: {seconds(data.budget_left_s)} are left today.</em>
          )}
        </span>
      ) : (
        <span>{offer.isFetching ? "Reckoning the price" : "Choose a character"}</span>
      )}
    </p>
  );
}

/** How many renders, and what they take. */
export function price(quote: Quote): string {
  if (quote.renders < 2) return capital(gpuPrice(quote));
  return `${quote.renders} renders, ${gpuPrice(quote)}`;
}

export function gpuPrice({ renders, gpu_seconds, unknown_renders }: Quote): string {
  if (renders === 0) return "nothing to pay: the same has been rendered";
  if (gpu_seconds) return `about ${seconds(gpu_seconds.median)} of GPU`;
  if (renders === unknown_renders) return "no estimate yet, as nothing like it was rendered before";
  return `no estimate for ${unknown_renders} of them`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
