using System.Collections.Immutable;
using VirtAgents.Core.Directives;
using VirtAgents.Core.Scheduling.Limits;

namespace VirtAgents.Collector.Fleet;

/// <summary>What a host can do and lets be done, as its agent said when it connected.</summary>
/// <param name="Kinds">Names of the kinds of directives that it can carry out.</param>
/// <param name="Unsupported">Why it cannot do the others, by name.</param>
/// <param name="IsDraining">It is marked as being drained.</param>
[Immutable]
internal sealed record HostActing(ImmutableHashSet<string> Kinds, ImmutableDictionary<string, string> Unsupported, bool IsDraining)
{
    /// <summary>What of the kinds that it can carry out it cannot do, and why. Agents of before told none of it: then nothing is known to be missing.</summary>
    public ImmutableDictionary<(string Kind, string Parameter), string> Gaps { get; init; } = ImmutableDictionary<(string, string), string>.Empty;

    /// <summary>Why the host cannot limit a resource, for people; null = it can.</summary>
    public string? WhyNot(LimitForm form)
    {
        string kind = DirectiveCatalogue.Find(form.Directive)!.Name;
        return !Kinds.Contains(kind) ? $"it cannot carry out {kind}: {Unsupported.GetValueOrDefault(kind, "its agent does not say that it can")}"
            : Gaps.TryGetValue((kind, form.AmountParameter), out string? why) ? $"it cannot carry out {kind} with {form.AmountParameter}: {why}"
            : null;
    }
}
