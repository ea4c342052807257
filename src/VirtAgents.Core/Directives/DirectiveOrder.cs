using System.Collections.Immutable;
using VirtAgents.Core.Model;

namespace VirtAgents.Core.Directives;

/// <summary>One instruction to one host. An id is carried out at most once, however often it is delivered.</summary>
/// <param name="Id">Identity.</param>
/// <param name="Epoch">Epoch of the scheduler that sent it; a host refuses a lower one than it has seen.</param>
/// <param name="DeadlineUnixMs">Not to be begun after this time, milliseconds since 1970 UTC; 0 = no limit.</param>
/// <param name="Kind">What to do.</param>
/// <param name="Vm">The VM; default when the kind acts on a pool or the host.</param>
/// <param name="Parameters">Texts by name, within the ranges of <see cref="DirectiveCatalogue"/>.</param>
/// <param name="Reason">Who or which rule wants it, and on what evidence; for people.</param>
/// <param name="IsDryRun">Only validate, and say what would happen.</param>
public sealed record DirectiveOrder(
    Guid Id,
    long Epoch,
    long DeadlineUnixMs,
    DirectiveKind Kind,
    VmId Vm,
    ImmutableSortedDictionary<string, string> Parameters,
    string Reason,
    bool IsDryRun)
{
    /// <summary>Number of a parameter that was given.</summary>
    /// <returns>Null when it was left out.</returns>
    public long? Number(string name) =>
        Parameters.TryGetValue(name, out string? text) ? long.Parse(text, System.Globalization.CultureInfo.InvariantCulture) : null;

    /// <summary>Whether a flag was given and is true.</summary>
    public bool Flag(string name) => Parameters.TryGetValue(name, out string? text) && text == "true";

    /// <summary>Text of a parameter that was given.</summary>
    /// <returns>Null when it was left out.</returns>
    public string? Text(string name) => Parameters.GetValueOrDefault(name);

    /// <summary>
    /// How long what it asks for may take: as its parameters say, else as is usual for its kind. Force that may follow is not
    /// counted.
    /// </summary>
    /// <exception cref="InvalidOperationException">The kind is none of the catalogue.</exception>
    public TimeSpan Limit => LimitOf(Definition, Parameters);

    /// <summary>How long carrying it out may take in all, with the time for force after a grace time when that was ordered.</summary>
    /// <exception cref="InvalidOperationException">The kind is none of the catalogue.</exception>
    public TimeSpan TimeAllowed => TimeAllowedFor(Definition, Parameters);

    private DirectiveDefinition Definition =>
        DirectiveCatalogue.Find(Kind) ?? throw new InvalidOperationException($"there is no kind of directive {Kind}");

    /// <summary>What <see cref="TimeAllowed"/> is of a directive with these parameters, which are within their ranges.</summary>
    public static TimeSpan TimeAllowedFor(DirectiveDefinition definition, IReadOnlyDictionary<string, string> parameters)
    {
        ArgumentNullException.ThrowIfNull(definition);
        ArgumentNullException.ThrowIfNull(parameters);
        bool mayForce = parameters.TryGetValue(DirectiveCatalogue.Force, out string? force) && force == "true";
        return LimitOf(definition, parameters) + (mayForce ? DirectiveCatalogue.Find(DirectiveKind.Destroy)!.TimeAllowed : TimeSpan.Zero);
    }

    private static TimeSpan LimitOf(DirectiveDefinition definition, IReadOnlyDictionary<string, string> parameters) =>
        parameters.TryGetValue(DirectiveCatalogue.GraceSeconds, out string? seconds) || parameters.TryGetValue(DirectiveCatalogue.TimeoutSeconds, out seconds)
            ? TimeSpan.FromSeconds(long.Parse(seconds, System.Globalization.CultureInfo.InvariantCulture))
            : definition.TimeAllowed;

    /// <summary>Equality by value, parameters included.</summary>
    public bool Equals(DirectiveOrder? other) =>
        other is not null && Id == other.Id && Epoch == other.Epoch && DeadlineUnixMs == other.DeadlineUnixMs && Kind == other.Kind
        && Vm == other.Vm && Reason == other.Reason && IsDryRun == other.IsDryRun && Parameters.SequenceEqual(other.Parameters);

    /// <summary>A hash that agrees with <see cref="Equals(DirectiveOrder?)"/>.</summary>
    public override int GetHashCode() => HashCode.Combine(Id, Epoch, Kind);
}
