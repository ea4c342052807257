using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace VirtAgents.Collector.Control;

/// <summary>The tables of the control database.</summary>
internal sealed class ControlContext(DbContextOptions<ControlContext> options) : DbContext(options)
{
    public DbSet<DirectiveRow> Directives => Set<DirectiveRow>();

    public DbSet<FreezeRow> Freezes => Set<FreezeRow>();

    public DbSet<EpochRow> Epochs => Set<EpochRow>();

    public DbSet<IncidentRow> Incidents => Set<IncidentRow>();

    public DbSet<IncidentStepRow> IncidentSteps => Set<IncidentStepRow>();

    public DbSet<SilenceRow> Silences => Set<SilenceRow>();

    public DbSet<RemediationRow> Remediations => Set<RemediationRow>();

    public DbSet<ProposalRow> Proposals => Set<ProposalRow>();

    public DbSet<FeedPositionRow> FeedPositions => Set<FeedPositionRow>();

    public DbSet<VmBaselineRow> VmBaselines => Set<VmBaselineRow>();

    public DbSet<PlanRow> Plans => Set<PlanRow>();

    public DbSet<PlanStepRow> PlanSteps => Set<PlanStepRow>();

    public DbSet<StartRequestRow> StartRequests => Set<StartRequestRow>();

    public DbSet<ShareLimitRow> ShareLimits => Set<ShareLimitRow>();

    public DbSet<ThrottleRow> Throttles => Set<ThrottleRow>();

    public DbSet<OffConfirmationRow> OffConfirmations => Set<OffConfirmationRow>();

    public DbSet<RecoveryRow> Recoveries => Set<RecoveryRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<DirectiveRow>(Directive);
        modelBuilder.Entity<StepRow>().ToTable("directive_steps").HasKey(s => new { s.DirectiveId, s.Ordinal });
        modelBuilder.Entity<FreezeRow>().ToTable("freeze").Property(f => f.Id).ValueGeneratedNever();
        modelBuilder.Entity<EpochRow>().ToTable("epochs").HasKey(e => e.Cluster);
        modelBuilder.Entity<IncidentRow>(Incident);
        modelBuilder.Entity<IncidentStepRow>(step =>
        {
            step.ToTable("incident_steps").HasKey(s => s.Number);
            step.Property(s => s.Number).ValueGeneratedNever();
        });
        modelBuilder.Entity<SilenceRow>().ToTable("silences").Property(s => s.Id).ValueGeneratedNever();
        modelBuilder.Entity<RemediationRow>(remediation =>
        {
            remediation.ToTable("remediations").HasKey(r => r.DirectiveId);
            remediation.Property(r => r.DirectiveId).ValueGeneratedNever();
            remediation.HasIndex(r => r.AtUnixMs);
        });
        modelBuilder.Entity<ProposalRow>(Proposal);
        modelBuilder.Entity<PlanRow>(Plan);
        modelBuilder.Entity<PlanStepRow>(step =>
        {
            step.ToTable("plan_steps").HasKey(s => new { s.PlanId, s.Ordinal });
            step.HasIndex(s => s.SentUnixMs);
            step.HasIndex(s => s.DirectiveId);
            step.HasIndex(s => new { s.IsJudged, s.EndedUnixMs });
        });
        modelBuilder.Entity<StartRequestRow>(StartRequest);
        modelBuilder.Entity<ShareLimitRow>(limit => Limits(limit, "share_limits"));
        modelBuilder.Entity<ThrottleRow>(throttle => Limits(throttle, "throttles"));
        modelBuilder.Entity<OffConfirmationRow>(OffConfirmation);
        modelBuilder.Entity<RecoveryRow>(recovery =>
        {
            recovery.ToTable("recoveries").HasKey(r => r.DirectiveId);
            recovery.Property(r => r.DirectiveId).ValueGeneratedNever();
            recovery.HasIndex(r => new { r.ConfirmationId, r.VmId }).IsUnique();
        });
        modelBuilder.Entity<FeedPositionRow>().ToTable("feed_positions").HasKey(p => p.Reader);
        modelBuilder.Entity<VmBaselineRow>(baseline =>
        {
            baseline.ToTable("vm_baselines").HasKey(b => b.VmId);
            baseline.Property(b => b.VmId).ValueGeneratedNever();
        });
        foreach (IMutableProperty property in modelBuilder.Model.GetEntityTypes().SelectMany(t => t.GetProperties()))
        {
            // PostgreSQL wants quotes around every name that is not in lower case.
            property.SetColumnName(SnakeCase(property.Name));
        }
    }

    private static void Directive(EntityTypeBuilder<DirectiveRow> directive)
    {
        directive.ToTable("directives");
        directive.Property(d => d.Id).ValueGeneratedNever();
        directive.HasIndex(d => d.Number).IsUnique();
        directive.HasIndex(d => new { d.IsOpen, d.HostId });
        directive.HasIndex(d => new { d.HostId, d.Number });
        directive.HasIndex(d => new { d.VmId, d.Number });
        directive.HasMany(d => d.Steps).WithOne().HasForeignKey(s => s.DirectiveId);
    }

    private static void Proposal(EntityTypeBuilder<ProposalRow> proposal)
    {
        proposal.ToTable("proposals");
        proposal.Property(p => p.Id).ValueGeneratedNever();
        proposal.HasIndex(p => p.Number).IsUnique();
        proposal.HasIndex(p => new { p.State, p.Number });
        proposal.HasIndex(p => p.SinceUnixMs);
    }

    private static void Plan(EntityTypeBuilder<PlanRow> plan)
    {
        plan.ToTable("plans");
        plan.Property(p => p.Id).ValueGeneratedNever();
        plan.HasIndex(p => p.Number).IsUnique();
        plan.HasIndex(p => new { p.IsActive, p.Number });
        plan.HasIndex(p => p.EndedUnixMs);
        plan.HasMany(p => p.Steps).WithOne().HasForeignKey(s => s.PlanId);
    }

    private static void StartRequest(EntityTypeBuilder<StartRequestRow> request)
    {
        request.ToTable("start_requests");
        request.Property(r => r.Id).ValueGeneratedNever();
        request.HasIndex(r => r.Number).IsUnique();
        request.HasIndex(r => new { r.IsOpen, r.Number });
        request.HasIndex(r => r.StartedUnixMs);
    }

    private static void OffConfirmation(EntityTypeBuilder<OffConfirmationRow> confirmation)
    {
        confirmation.ToTable("off_confirmations");
        confirmation.Property(c => c.Id).ValueGeneratedNever();
        confirmation.HasIndex(c => c.Number).IsUnique();
        confirmation.HasIndex(c => new { c.IsOpen, c.HostId });
        confirmation.HasIndex(c => new { c.HostId, c.Number });
        confirmation.HasIndex(c => c.EndedUnixMs);
    }

    private static void Limits<TRow>(EntityTypeBuilder<TRow> limit, string table)
        where TRow : LimitRow
    {
        limit.ToTable(table);
        limit.Property(l => l.Id).ValueGeneratedNever();
        limit.HasIndex(l => l.Number).IsUnique();
        limit.HasIndex(l => new { l.IsOpen, l.Number });
        limit.HasIndex(l => l.EndedUnixMs);
    }

    private static void Incident(EntityTypeBuilder<IncidentRow> incident)
    {
        incident.ToTable("incidents");
        incident.Property(i => i.Id).ValueGeneratedNever();
        incident.HasIndex(i => i.Number).IsUnique();
        incident.HasIndex(i => new { i.IsActive, i.Number });
        incident.HasMany(i => i.Steps).WithOne().HasForeignKey(s => s.IncidentId);
    }

    private static string SnakeCase(string name)
    {
        StringBuilder text = new();
        foreach (char letter in name)
        {
            _ = char.IsUpper(letter) && text.Length > 0 ? text.Append('_') : text;
            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
