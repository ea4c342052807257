using System.Collections.Immutable;

namespace VirtAgents.Core.Directives;

/// <summary>When a rule holds. A span that ends at or before its start goes on into the next day and belongs to the day it starts on.</summary>
/// <param name="FromMinute">Its start, minutes since midnight, 0 to 1439.</param>
/// <param name="ToMinute">Its end, which is not part of it, minutes since midnight, 1 to 1440.</param>
/// <param name="Days">Days on which it starts; empty = every day.</param>
/// <param name="IsUtc">Whether days and minutes are UTC; otherwise they are the host's local time.</param>
public sealed record PolicyHours(int FromMinute, int ToMinute, ImmutableArray<DayOfWeek> Days, bool IsUtc)
{
    /// <summary>Minutes of a day.</summary>
    public const int MinutesPerDay = 24 * 60;

    /// <summary>Whether an instant is within.</summary>
    /// <param name="now">The instant, with the host's offset from UTC.</param>
    public bool Contain(DateTimeOffset now)
    {
        DateTime clock = IsUtc ? now.UtcDateTime : now.DateTime;
        int minute = (clock.Hour * 60) + clock.Minute;
        bool endsToday = FromMinute < ToMinute;
        return endsToday
            ? minute >= FromMinute && minute < ToMinute && Has(clock.DayOfWeek)
            : (minute >= FromMinute && Has(clock.DayOfWeek)) || (minute < ToMinute && Has(DayBefore(clock.DayOfWeek)));
    }

    /// <summary>For people, such as <c>22:00-06:00 UTC, mon tue</c>.</summary>
    public override string ToString()
    {
        string days = Days.IsEmpty ? "" : ", " + string.Join(' ', Days.Select(d => d.ToString()[..3].ToLowerInvariant()));
        return $"{Clock(FromMinute)}-{Clock(ToMinute)} {(IsUtc ? "UTC" : "local time")}{days}";
    }

    /// <summary>Equality by value, days included.</summary>
    public bool Equals(PolicyHours? other) =>
        other is not null && FromMinute == other.FromMinute && ToMinute == other.ToMinute && IsUtc == other.IsUtc && Days.AsSpan().SequenceEqual(other.Days.AsSpan());

    /// <summary>A hash that agrees with <see cref="Equals(PolicyHours?)"/>.</summary>
    public override int GetHashCode() => HashCode.Combine(FromMinute, ToMinute, IsUtc);

    private static DayOfWeek DayBefore(DayOfWeek day) => (DayOfWeek)(((int)day + 6) % 7);

    private static string Clock(int minute) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");

    private bool Has(DayOfWeek day) => Days.IsEmpty || Days.Contains(day);
}
